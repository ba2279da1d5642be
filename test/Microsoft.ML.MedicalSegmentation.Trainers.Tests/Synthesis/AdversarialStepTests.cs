using Microsoft.ML.MedicalSegmentation.Layers;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>Alternate updates of generator and discriminators.</summary>
[TestClass]
[DoNotParallelize]
public sealed class AdversarialStepTests
{
    [TestMethod]
    public void Run_RateOfZero_LeavesThatNetworkAsItWas()
    {
        var (_, withoutGenerator) = Weights(rate: 0, discriminatorRate: 1e-2);
        var (_, withoutDiscriminators) = Weights(rate: 1e-2, discriminatorRate: 0);
        var (before, both) = Weights(rate: 1e-2, discriminatorRate: 1e-2);

        CollectionAssert.AreEqual(before.Generator, withoutGenerator.Generator);
        CollectionAssert.AreEqual(before.Global, withoutDiscriminators.Global);
        CollectionAssert.AreEqual(before.Local, withoutDiscriminators.Local);
        CollectionAssert.AreNotEqual(before.Generator, both.Generator);
        CollectionAssert.AreNotEqual(before.Global, both.Global);
        CollectionAssert.AreNotEqual(before.Local, both.Local);
        CollectionAssert.AreEqual(withoutGenerator.Global, both.Global, "The generator's update does not reach the discriminators.");
        CollectionAssert.AreEqual(withoutGenerator.Local, both.Local);
        CollectionAssert.AreNotEqual(
            withoutDiscriminators.Generator,
            both.Generator,
            "The generator learns from discriminators that have just learned."
        );
    }

    [TestMethod]
    public void Run_WithoutAdversarialTerms_IsReconstructionAlone()
    {
        using var scope = NewDisposeScope();
        var options = Options with
        {
            Losses = new()
            {
                GlobalAdversarialWeight = 0,
                LocalAdversarialWeight = 0,
                DifficultyWeight = 0,
                GradientDifferenceWeight = 0,
                ReconstructionWeight = 3,
            },
        };
        using var networks = Networks(options);
        using var step = new AdversarialStep(networks, options, [.. networks.Generator.parameters()]);

        var losses = Run(step, 1e-3, 1e-3);

        Assert.IsTrue(networks.Global is null && networks.Local is null);
        Assert.IsTrue(double.IsNaN(losses.Global) && double.IsNaN(losses.Local) && losses.IsFinite);
        Assert.AreEqual(3 * losses.Reconstruction, losses.Generator, 1e-5);
    }

    [TestMethod]
    public void Run_AttentionWithoutALocalTerm_StillTrainsTheLocalDiscriminator()
    {
        using var scope = NewDisposeScope();
        var options = Options with
        {
            ShowsSource = true,
            Losses = Options.Losses with { LocalAdversarialWeight = 0, DifficultyWeight = 5 },
        };
        using var networks = Networks(options);
        using var step = new AdversarialStep(networks, options, [.. networks.Generator.parameters()]);
        var before = Values(networks.Local!);

        Assert.IsTrue(Run(step, 1e-3, 1e-3).IsFinite);

        CollectionAssert.AreNotEqual(before, Values(networks.Local!));
    }

    [TestMethod]
    public void Run_Divergence_IsReported()
    {
        using var scope = NewDisposeScope();
        using var networks = Networks(Options);
        using var step = new AdversarialStep(networks, Options, [.. networks.Generator.parameters()]);
        var before = Values(networks.Generator.parameters());

        var losses = step.Run(full([1, 1, 8, 8, 8], float.NaN), zeros([1, 1, 8, 8, 8]), ones([1, 1, 8, 8, 8]), 1e-3, 1e-3);

        Assert.IsFalse(losses.IsFinite);
        CollectionAssert.AreEqual(before, Values(networks.Generator.parameters()));
    }

    private static SynthesisTrainer.Options Options => PairedPhantoms.TrainerOptions;

    private static (
        (float[] Generator, float[] Global, float[] Local) Before,
        (float[] Generator, float[] Global, float[] Local) After
    ) Weights(double rate, double discriminatorRate)
    {
        using var scope = NewDisposeScope();
        using var networks = Networks(Options);
        using var step = new AdversarialStep(networks, Options, [.. networks.Generator.parameters()]);
        var before = All(networks);
        Assert.IsTrue(Run(step, rate, discriminatorRate).IsFinite);
        return (before, All(networks));
    }

    private static StepLosses Run(AdversarialStep step, double rate, double discriminatorRate)
    {
        random.manual_seed(7);
        var (source, target) = (randn([2, 1, 8, 8, 8]), randn([2, 1, 8, 8, 8]));
        return step.Run(source, target, ones([2, 1, 8, 8, 8]), rate, discriminatorRate);
    }

    private static SynthesisNetworks Networks(SynthesisTrainer.Options options)
    {
        random.manual_seed(3);
        return new((options.Network with { InputChannels = 1, Classes = 1 }).CreateNetwork(), options, TrainingPrecision.Float32);
    }

    private static (float[] Generator, float[] Global, float[] Local) All(SynthesisNetworks networks)
        => (Values(networks.Generator.parameters()), Values(networks.Global!), Values(networks.Local!));

    private static float[] Values(Layer layer) => Values(layer.parameters());

    private static float[] Values(IEnumerable<Parameter> parameters) =>
        [.. parameters.SelectMany(parameter => parameter.detach().data<float>().ToArray())];
}
