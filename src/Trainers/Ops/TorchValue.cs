using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The reading of <see cref="Value"/> that computes with tensors; gradients flow through it.</summary>
public sealed partial class TorchValue : Value
{
    /// <summary>Starts from a tensor.</summary>
    public TorchValue(Tensor tensor)
        : this(tensor, new ValueShape(tensor.shape))
    {
    }

    private TorchValue(Tensor tensor, ValueShape shape)
        : base(shape) => Tensor = tensor;

    /// <summary>The computed tensor; the enclosing dispose scope owns it.</summary>
    public Tensor Tensor { get; }

    private protected override Value ComputeWeight(Tensor parameter, ValueShape result) => new TorchValue(parameter, result);

    /// <inheritdoc/>
    public override ValueScope OpenScope() => new TorchScope();

    /// <inheritdoc/>
    public override Value Shown(Layer layer, string name)
    {
        ForwardObserver.Show(layer, name, Tensor);
        return this;
    }

    private static Tensor Of(Value value) => value is TorchValue torchValue
        ? torchValue.Tensor
        : throw new ArgumentException($"A tensor and a {value.GetType().Name} cannot be combined. Make every value from the network's input.");

    // Element-wise results have the shape of this value.
    private TorchValue Same(Tensor tensor) => new(tensor, Shape);

    private sealed class TorchScope : ValueScope
    {
        private readonly DisposeScope _scope = torch.NewDisposeScope();

        public override Value Keep(Value value)
        {
            _scope.MoveToOuter(Of(value));
            return value;
        }

        protected override void Dispose(bool disposing) => _scope.Dispose();
    }
}
