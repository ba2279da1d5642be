using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Losses;
using Microsoft.ML.MedicalSegmentation.Runtime;
using TorchSharp;
using static TorchSharp.torch.nn;
using Parameter = TorchSharp.Modules.Parameter;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Networks.Definition;

/// <summary>
/// A segmentation network: layers in fields, and one Forward over <see cref="TensorExpression"/>s for training and export.
/// </summary>
/// <remarks>
/// It is a plain TorchSharp module: optimisers, <c>to(device)</c>, <c>train()</c>, <c>eval()</c> and <c>save</c> work
/// as for any other.
/// Its parameters have the names of the original research code, so that code's checkpoints fit.
/// Keep layers in fields made by their initialisers; see <see cref="Layer"/>.
/// </remarks>
public abstract class Network : Module<Tensor, Tensor>
{
    private NameMap? _names;
    private NameMap? _sharedNames;
    private bool _isChecked;

    /// <summary>Registers the fields that the initialisers have made, and draws the weights.</summary>
    protected Network(NetworkOptions options)
        : base("network")
    {
        Libtorch.Require();
        Options = options;
        Registration.Register(this, typeof(Network));
        using var noGradients = torch.no_grad();
        InitializeWeights();
    }

    /// <summary>What the network was built from.</summary>
    public NetworkOptions Options { get; }

    /// <summary>With which numbers the forward passes over tensors compute; weights and results are float32.</summary>
    /// <value>Default: <see cref="TrainingPrecision.Float32"/>. Exported files are not affected.</value>
    public TrainingPrecision Precision { get; set; }

    /// <summary>The network in words for messages: "attention-unet with depth 5".</summary>
    public abstract string Description { get; }

    /// <summary>The network in words as it is trained: with the number of its weights, the device and the precision.</summary>
    internal string DescriptionOn(torch.Device device) =>
        $"{Description} with {parameters().Sum(parameter => parameter.numel()):N0} weights on {device} in {Precision}";

    /// <summary>Which patch sizes it accepts.</summary>
    public abstract SpatialSizeRule SizeRule { get; }

    /// <summary>Parameters that the original code registers but never uses, by name or by the beginning of the name.</summary>
    public virtual IReadOnlyList<string> UnusedParameters => [];

    /// <summary>Our names and those of the original code; see <see cref="NameMap"/>.</summary>
    protected virtual IEnumerable<(string Ours, string Original)> OriginalNames => [];

    /// <summary>Layers with a second name in the original code, in the original names: ("epa_block.E", "epa_block.F").</summary>
    /// <remarks>Its checkpoints hold such a layer twice; a network's own parameters have the first name only.</remarks>
    protected virtual IEnumerable<(string Name, string SecondName)> SharedLayers => [];

    /// <summary>
    /// A map that layers show, over the whole image. A network that puts parts of the image into the batch overrides it and joins them.
    /// </summary>
    /// <param name="map">[N, maps, S] as shown.</param>
    /// <returns>[N, maps, S] with the batch of the image.</returns>
    public virtual TensorExpression WholeMap(TensorExpression map) => map;

    /// <summary>The prediction.</summary>
    /// <param name="image">[N, channels, D, H, W], or [N, channels, H, W] in 2D.</param>
    /// <returns>[N, classes, D, H, W] logits; softmax and sigmoid belong to the loss and to scoring.</returns>
    public abstract TensorExpression Forward(TensorExpression image);

    /// <summary>The deepest features of the encoder, which pre-training compares. A network with an encoder overrides it.</summary>
    /// <param name="image">[N, channels, D, H, W], or [N, channels, H, W] in 2D.</param>
    /// <returns>[N, F, S], or [N, F] where they are pooled already. Default: null, which pre-training refuses.</returns>
    public virtual TensorExpression? Encode(TensorExpression image) => null;

    /// <summary>The prediction and what else the losses need. A network with deep supervision overrides it.</summary>
    public virtual NetworkOutput<TensorExpression> ForwardTraining(TensorExpression image) => new(Forward(image));

    /// <summary>Called before each epoch of training; a network whose training has phases acts here.</summary>
    /// <param name="epoch">From 1; resumed training continues the count, so act by its number alone.</param>
    public virtual void OnEpochStarting(int epoch)
    {
    }

    /// <summary>
    /// The loss of a training output: by default deep supervision over its predictions. A network with losses of its own overrides it.
    /// </summary>
    /// <param name="output">What <see cref="ForwardTraining(Tensor)"/> has given.</param>
    /// <param name="labels">[N, D, H, W], or [N, H, W] in 2D, int64: class indices.</param>
    /// <param name="loss">What is computed for each prediction.</param>
    /// <returns>A scalar that carries the gradient.</returns>
    public virtual Tensor TrainingLoss(NetworkOutput<Tensor> output, Tensor labels, Loss loss) =>
        new DeepSupervision(loss).Compute([output.Logits, .. output.SideLogits], labels);

    /// <summary>Draws the weights; as made, they have PyTorch's defaults. Called once, without gradients.</summary>
    protected virtual void InitializeWeights()
    {
    }

    /// <summary>Computes the logits.</summary>
    /// <param name="input">[N, channels, D, H, W], or [N, channels, H, W] in 2D.</param>
    /// <exception cref="ArgumentException">The network cannot take that shape; the message names one that fits.</exception>
    public sealed override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return scope.MoveToOuter(Computed(Forward(Checked(input))));
    }

    /// <summary>Computes the logits and what else the losses need.</summary>
    /// <param name="input">[N, channels, D, H, W], or [N, channels, H, W] in 2D.</param>
    /// <exception cref="ArgumentException">The network cannot take that shape; the message names one that fits.</exception>
    public NetworkOutput<Tensor> ForwardTraining(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return ForwardTraining(Checked(input)).Select(value => scope.MoveToOuter(Computed(value)));
    }

    /// <summary>Fails if the network cannot take an image of that shape, before any compute.</summary>
    internal TensorExpression Checked(TensorExpression image)
    {
        if (image.Shape.Rank != Options.SpatialDims + 2 || image.Shape.Channels != Options.InputChannels)
        {
            var axes = Options.SpatialDims == 2 ? "height, width" : "depth, height, width";
            throw new ArgumentException(
                $"The image has shape {image.Shape}; this {Description} takes [batch, {Options.InputChannels}, {axes}]. " +
                "Give an image with those dimensions and channels, or build the network for others.");
        }

        SizeRule.Check(Description, image.Shape.Spatial);
        if (!_isChecked)
        {
            Registration.Demand(this, typeof(Network));
            _isChecked = true;
        }

        return image;
    }

    /// <inheritdoc/>
    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => recurse
        ? base.named_parameters(recurse).Select(entry => (OriginalName(entry.name), entry.parameter))
        : base.named_parameters(recurse);

    /// <inheritdoc/>
    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true) =>
        recurse
            ? base.named_buffers(recurse, include_nonpersistent).Select(entry => (OriginalName(entry.name), entry.buffer))
            : base.named_buffers(recurse, include_nonpersistent);

    /// <inheritdoc/>
    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        destination ??= [];
        var entries = named_parameters().Select(entry => (entry.name, tensor: (Tensor)entry.parameter))
            .Concat(named_buffers(include_nonpersistent: false).Select(entry => (entry.name, tensor: entry.buffer)));
        foreach (var (name, tensor) in entries)
        {
            destination.TryAdd(string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}", tensor);
        }

        return destination;
    }

    /// <summary>Does nothing: the constructor has registered the fields, lists included.</summary>
    protected sealed override void RegisterComponents()
    {
    }

    /// <summary>
    /// The name of the weight that the original code also calls <paramref name="secondName"/>; that name where there is none.
    /// </summary>
    internal string NameOfShared(string secondName) =>
        (_sharedNames ??= new NameMap(SharedLayers.Select(pair => (pair.SecondName, pair.Name))))[secondName];

    /// <summary>The other names of a weight in the original code.</summary>
    internal IEnumerable<string> SharedNames(string name) =>
        SharedLayers.Select(pair => new NameMap([pair])[name]).Where(other => other != name);

    private TensorExpression Checked(Tensor input) =>
        input.numel() > 0
            ? Checked(new TorchExpression(input, Precision))
            : throw new ArgumentException(
                $"The image has shape [{string.Join(", ", input.shape)}], which holds nothing. Give a batch of at least one image.",
                nameof(input)
            );

    private string OriginalName(string path) => (_names ??= new NameMap(OriginalNames))[path];

    private static Tensor Computed(TensorExpression value)
    {
        var tensor = ((TorchExpression)value).Tensor;
        return tensor.dtype == torch.ScalarType.BFloat16 ? tensor.to(torch.ScalarType.Float32) : tensor;
    }
}
