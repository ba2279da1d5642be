using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Layers.Discriminators;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>The generator and its discriminators.</summary>
internal sealed class SynthesisNetworks : IDisposable
{
    private readonly SynthesisTrainer.Options _options;
    private readonly TrainingPrecision _precision;

    /// <summary>Makes the discriminators with fresh weights, on the CPU.</summary>
    /// <param name="generator">Belongs to this object from now on.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="precision">With which numbers all of them compute.</param>
    public SynthesisNetworks(Network generator, SynthesisTrainer.Options options, TrainingPrecision precision)
    {
        (Generator, _options, _precision) = (generator, options, precision);
        generator.Precision = precision;
        var channels = generator.Options.Classes + (options.ShowsSource ? generator.Options.InputChannels : 0);
        var (dims, whole, local) = (generator.Options.SpatialDims, options.GlobalDiscriminator, options.LocalDiscriminator);
        Global = options.HasGlobalDiscriminator ? Initialized(new GlobalDiscriminator(dims, channels, whole.Width, whole.Stages)) : null;
        Local = options.HasLocalDiscriminator ? Initialized(new LocalDiscriminator(dims, channels, local.Width, local.Stages)) : null;
    }

    /// <summary>Source to target.</summary>
    public Network Generator { get; }

    /// <summary>Judges patches; null where it is not trained.</summary>
    public GlobalDiscriminator? Global { get; }

    /// <summary>Judges places; null where it is not trained.</summary>
    public LocalDiscriminator? Local { get; }

    /// <summary>Moves all weights.</summary>
    public void To(Device device)
    {
        Generator.to(device);
        Global?.to(device);
        Local?.to(device);
    }

    /// <summary>Synthesises patches.</summary>
    /// <param name="source">[N, source channels, S].</param>
    /// <returns>[N, target channels, S], scaled as targets are.</returns>
    public Tensor Generate(Tensor source) =>
        _options.Output == GeneratorOutput.Tanh ? Generator.call(source).tanh() : Generator.call(source);

    /// <summary>The generator's forward for export.</summary>
    public TensorExpression Generate(TensorExpression source)
    {
        var output = Generator.Forward(Generator.Checked(source));
        return _options.Output == GeneratorOutput.Tanh ? output.Tanh() : output;
    }

    /// <summary>Logits of the global discriminator, [N, 1].</summary>
    public Tensor JudgeWhole(Tensor source, Tensor target) => Judge(source, target, (Global ?? throw Missing()).Forward);

    /// <summary>Logits of the local discriminator, [N, 1, S'], coarser than the patch.</summary>
    public Tensor JudgePlaces(Tensor source, Tensor target) => Judge(source, target, (Local ?? throw Missing()).Forward);

    /// <summary>1 - P at every voxel, for export: [N, 1, S].</summary>
    public TensorExpression Difficulty(TensorExpression source, TensorExpression output)
    {
        var judged = _options.ShowsSource ? TensorExpression.Concat(1, source, output) : output;
        return 1 - (Local ?? throw Missing()).Forward(judged).Sigmoid().ResizeLinear(PerAxis.Of(output.Shape.Spatial));
    }

    /// <summary>P at every voxel: the probabilities of local logits, resized to the patch.</summary>
    /// <param name="logits">[N, 1, S'].</param>
    /// <param name="size">S.</param>
    public static Tensor Realness(Tensor logits, long[] size) =>
        functional.interpolate(
            logits.sigmoid(),
            size,
            null,
            size.Length == 2 ? InterpolationMode.Bilinear : InterpolationMode.Trilinear,
            false
        );

    /// <summary>The weights of each network.</summary>
    public IEnumerable<(string Name, IReadOnlyDictionary<string, Tensor> Tensors)> Weights()
    {
        yield return ("generator", Generator.state_dict());
        if (Global is not null)
        {
            yield return ("global-discriminator", WeightsOf(Global));
        }

        if (Local is not null)
        {
            yield return ("local-discriminator", WeightsOf(Local));
        }
    }

    /// <summary>Weights of a discriminator by name.</summary>
    public static IReadOnlyDictionary<string, Tensor> WeightsOf(Layer discriminator)
        => discriminator.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter);

    /// <inheritdoc/>
    public void Dispose()
    {
        Generator.Dispose();
        Global?.Dispose();
        Local?.Dispose();
    }

    private static InvalidOperationException Missing() => new("The discriminator is not trained with these options.");

    private static TLayer Initialized<TLayer>(TLayer discriminator)
        where TLayer : Layer
    {
        using var noGradients = no_grad();
        foreach (var parameter in discriminator.parameters())
        {
            if (parameter.dim() > 1)
            {
                init.kaiming_normal_(parameter, DiscriminatorWidth.Slope);
            }
            else
            {
                init.zeros_(parameter);
            }
        }

        return discriminator;
    }

    private Tensor Judge(Tensor source, Tensor target, Func<TensorExpression, TensorExpression> forward)
    {
        using var scope = NewDisposeScope();
        var judged = _options.ShowsSource ? cat([source, target], 1) : target;
        var logits = ((TorchExpression)forward(new TorchExpression(judged, _precision))).Tensor;
        return scope.MoveToOuter(logits.dtype == ScalarType.BFloat16 ? logits.to(ScalarType.Float32) : logits);
    }
}
