using TorchSharp;
using ScalarType = TorchSharp.torch.ScalarType;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <summary>The reading of <see cref="TensorExpression"/> that computes with tensors; gradients flow through it.</summary>
internal sealed partial class TorchExpression : TensorExpression
{
    private readonly TrainingPrecision _precision;

    /// <summary>Starts from a tensor.</summary>
    /// <param name="tensor">The image.</param>
    /// <param name="precision">Holds for all that is computed from it.</param>
    public TorchExpression(Tensor tensor, TrainingPrecision precision = TrainingPrecision.Float32)
        : this(tensor, new TensorShape(tensor.shape), precision)
    {
    }

    private TorchExpression(Tensor tensor, TensorShape shape, TrainingPrecision precision)
        : base(shape)
    {
        Tensor = tensor;
        _precision = precision;
    }

    /// <summary>The computed tensor; the enclosing dispose scope owns it.</summary>
    public Tensor Tensor { get; }

    private protected override TensorExpression ComputeWeight(Tensor parameter, TensorShape result) => Give(parameter, result);

    /// <inheritdoc/>
    public override ExpressionScope OpenScope() => new TorchScope();

    /// <inheritdoc/>
    public override TensorExpression Shown(torch.nn.Module layer, string name)
    {
        ForwardObserver.Show(layer, name, Tensor);
        return this;
    }

    /// <inheritdoc/>
    public override void ShowMap(torch.nn.Module layer, string name, Func<TensorExpression> map)
    {
        if (ForwardObserver.IsWatching)
        {
            using var scope = torch.NewDisposeScope();
            using var noGradients = torch.no_grad();
            ForwardObserver.ShowMap(layer, name, Of(map()));
        }
    }

    private static Tensor Of(TensorExpression value) =>
        value is TorchExpression torchValue
            ? torchValue.Tensor
            : throw new ArgumentException(
                $"A tensor and a {value.GetType().Name} cannot be combined. Make every value from the network's input."
            );

    // Element-wise results have the shape of this value.
    private TorchExpression Same(Tensor tensor) => Give(tensor, Shape);

    private TorchExpression Give(Tensor tensor, TensorShape shape) => new(tensor, shape, _precision);

    // What convolutions and matrix products read. The cast carries gradients, so weights stay float32 and are trained as such.
    private Tensor Low(Tensor tensor) => _precision == TrainingPrecision.BFloat16 && tensor.dtype == ScalarType.Float32
        ? tensor.to(ScalarType.BFloat16)
        : tensor;

    private Tensor? LowOrNone(Tensor? tensor) => tensor is null ? null : Low(tensor);

    // What operations read that sum many numbers or grow them.
    private static Tensor Full(Tensor tensor) => tensor.dtype == ScalarType.BFloat16 ? tensor.to(ScalarType.Float32) : tensor;

    private sealed class TorchScope : ExpressionScope
    {
        private readonly DisposeScope _scope = torch.NewDisposeScope();

        public override TensorExpression Keep(TensorExpression value)
        {
            _scope.MoveToOuter(Of(value));
            return value;
        }

        protected override void Dispose(bool disposing) => _scope.Dispose();
    }
}
