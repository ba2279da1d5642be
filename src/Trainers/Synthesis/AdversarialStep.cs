using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Training;
using TorchSharp.Modules;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>The losses of one step; NaN for a discriminator that is not trained.</summary>
internal readonly record struct StepLosses(double Generator, double Reconstruction, double GradientDifference, double Global, double Local)
{
    /// <summary>True where training can go on from here.</summary>
    public bool IsFinite => double.IsFinite(Generator) && !double.IsInfinity(Global) && !double.IsInfinity(Local);

    /// <summary>The sum of the losses and others.</summary>
    public StepLosses With(StepLosses others) =>
        new(
            Generator + others.Generator,
            Reconstruction + others.Reconstruction,
            GradientDifference + others.GradientDifference,
            Global + others.Global,
            Local + others.Local
        );
}

/// <summary>
/// One alternate update: the discriminators learn to tell the generator's patch from the target, then the generator learns from them as
/// they are.
/// </summary>
internal sealed class AdversarialStep : IDisposable
{
    private readonly SynthesisNetworks _networks;
    private readonly SynthesisTrainer.Options _options;
    private readonly WeightOptimizer _generator;
    private readonly WeightOptimizer? _global;
    private readonly WeightOptimizer? _local;

    /// <param name="networks">On the device where they are trained.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="trained">The generator's parameters that learn.</param>
    public AdversarialStep(SynthesisNetworks networks, SynthesisTrainer.Options options, IReadOnlyList<Parameter> trained)
    {
        (_networks, _options) = (networks, options);
        _generator = WeightOptimizer.Create(options.Optimization.Generator, trained);
        _global = networks.Global is { } whole ? WeightOptimizer.Create(options.Optimization.Discriminator, whole.parameters()) : null;
        _local = networks.Local is { } local ? WeightOptimizer.Create(options.Optimization.Discriminator, local.parameters()) : null;
    }

    /// <summary>The optimisers of the networks that are trained.</summary>
    public IEnumerable<(string Name, WeightOptimizer Optimizer)> Optimizers()
    {
        yield return ("generator-optimizer", _generator);
        if (_global is not null)
        {
            yield return ("global-optimizer", _global);
        }

        if (_local is not null)
        {
            yield return ("local-optimizer", _local);
        }
    }

    /// <summary>Updates all networks once.</summary>
    /// <param name="source">[N, source channels, S].</param>
    /// <param name="target">[N, target channels, S], scaled, 0 outside the volume.</param>
    /// <param name="valid">[N, 1, S]: 1 inside the volume, 0 outside.</param>
    /// <param name="rate">The generator's learning rate.</param>
    /// <param name="discriminatorRate">That of the discriminators.</param>
    /// <returns>The losses; where one is not a number, the generator was not changed.</returns>
    public StepLosses Run(Tensor source, Tensor target, Tensor valid, double rate, double discriminatorRate)
    {
        using var scope = NewDisposeScope();
        var output = _networks.Generate(source) * valid;
        var global = Update(_networks.Global, _global, discriminatorRate, of => _networks.JudgeWhole(source, of), target, output);
        var local = Update(_networks.Local, _local, discriminatorRate, of => _networks.JudgePlaces(source, of), target, output);
        return UpdateGenerator(source, target, valid, output, rate) with { Global = global, Local = local };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, optimizer) in Optimizers())
        {
            optimizer.Dispose();
        }
    }

    private double Update(
        Layer? discriminator,
        WeightOptimizer? optimizer,
        double rate,
        Func<Tensor, Tensor> judge,
        Tensor target,
        Tensor output
    )
    {
        if (discriminator is null || optimizer is null)
        {
            return double.NaN;
        }

        SetTrained(discriminator, true);
        optimizer.ClearGradients();
        var loss = SynthesisLosses.ForReal(judge(target)).Plus(SynthesisLosses.ForSynthetic(judge(output.detach()))) / Number(2);
        var value = loss.item<float>();
        if (float.IsFinite(value))
        {
            loss.backward();
            optimizer.Step(rate, _options.Optimization.GradientClipNorm);
        }

        return float.IsNaN(value) ? double.PositiveInfinity : value;
    }

    private StepLosses UpdateGenerator(Tensor source, Tensor target, Tensor valid, Tensor output, double rate)
    {
        var losses = _options.Losses;
        SetTrained(_networks.Global, false);
        SetTrained(_networks.Local, false);
        _generator.ClearGradients();
        Tensor? difficulty = null, adversarial = null;
        if (losses.LocalAdversarialWeight > 0)
        {
            var logits = _networks.JudgePlaces(source, output);
            adversarial = SynthesisLosses.ForReal(logits) * Number(losses.LocalAdversarialWeight);
            difficulty = Difficulty(logits.detach());
        }
        else if (losses.DifficultyWeight > 0)
        {
            using var noGradient = no_grad();
            difficulty = Difficulty(_networks.JudgePlaces(source, output));
        }

        if (losses.GlobalAdversarialWeight > 0)
        {
            var whole = SynthesisLosses.ForReal(_networks.JudgeWhole(source, output)) * Number(losses.GlobalAdversarialWeight);
            adversarial = adversarial is null ? whole : adversarial.Plus(whole);
        }

        var reconstruction = SynthesisLosses.Reconstruction(output, target, valid, difficulty, losses.ReconstructionExponent);
        var gradients = SynthesisLosses.GradientDifference(output, target, valid);
        var loss = (reconstruction * Number(losses.ReconstructionWeight)).Plus(gradients * Number(losses.GradientDifferenceWeight));
        loss = adversarial is null ? loss : loss.Plus(adversarial);
        var value = new StepLosses(loss.item<float>(), reconstruction.item<float>(), gradients.item<float>(), double.NaN, double.NaN);
        if (double.IsFinite(value.Generator))
        {
            loss.backward();
            _generator.Step(rate, _options.Optimization.GradientClipNorm);
        }

        return value;

        Tensor? Difficulty(Tensor logits) =>
            losses.DifficultyWeight > 0
                ? SynthesisLosses.DifficultyMap(
                    SynthesisNetworks.Realness(logits, output.shape[2..]),
                    losses.DifficultyWeight,
                    valid,
                    losses.IsDifficultyRelative
                )
                : null;
    }

    // A discriminator that does not learn has no gradients to compute.
    private static void SetTrained(Layer? discriminator, bool isTrained)
    {
        foreach (var parameter in discriminator?.parameters() ?? [])
        {
            parameter.requires_grad = isTrained;
        }
    }
}
