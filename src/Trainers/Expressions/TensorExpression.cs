using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <summary>What a network computes with: a network is written once over values, and read twice.</summary>
/// <remarks>
/// <para>
/// <see cref="TorchExpression"/> computes with tensors (training, debugging), <see cref="OnnxExpression"/> writes the nodes of
/// an ONNX graph (export).
/// The operations are a table: one member each, with its shapes and the ONNX operator it becomes, by topic in
/// <c>Value.Arithmetic.cs</c>, <c>Value.Pointwise.cs</c>, <c>Value.Windows.cs</c>, <c>Value.Normalization.cs</c>,
/// <c>Value.Arrangement.cs</c> and <c>Value.Algebra.cs</c>; both readings keep that order.
/// </para>
/// <para>
/// Shapes are checked here, before either reading acts, so a wrong size gives the same message in training and in export.
/// Sizes are written N (batch), C (channels), S (one or more spatial sizes: D, H, W).
/// Graphs use operator set 18 of ONNX; where an operator changed last earlier, that version is named.
/// </para>
/// </remarks>
public abstract partial class TensorExpression
{
    private protected TensorExpression(TensorShape shape) => Shape = shape;

    /// <summary>The sizes of this value, for a volume [N, C, D, H, W].</summary>
    public TensorShape Shape { get; }

    /// <summary>
    /// A parameter or buffer of the network as a value of the same reading. ONNX: an initializer, named by its key in
    /// the state dictionary.
    /// </summary>
    /// <exception cref="InvalidOperationException">In export: the tensor is not registered with the network.</exception>
    public TensorExpression Weight(Tensor parameter) => ComputeWeight(parameter, new TensorShape(parameter.shape));

    private protected abstract TensorExpression ComputeWeight(Tensor parameter, TensorShape result);

    /// <summary>Starts a block whose intermediate values are given back when it ends.</summary>
    public abstract ExpressionScope OpenScope();

    /// <summary>
    /// Shows this value, such as an attention map, to a <see cref="ForwardObserver"/>. It is the value itself;
    /// nothing in ONNX.
    /// </summary>
    /// <param name="layer">The layer that shows it.</param>
    /// <param name="name">What it is, "relevance".</param>
    public abstract TensorExpression Shown(torch.nn.Module layer, string name);

    /// <summary>
    /// Shows a map of positions, such as where a layer attends to, to a <see cref="ForwardObserver"/>. Nothing is computed where
    /// none is active; nothing in ONNX.
    /// </summary>
    /// <param name="layer">The layer that shows it.</param>
    /// <param name="name">What it is, "attention".</param>
    /// <param name="map">[N, M, S]: M maps over the layer's grid, which covers the image as a whole.</param>
    public abstract void ShowMap(torch.nn.Module layer, string name, Func<TensorExpression> map);

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name} {Shape}";
}
