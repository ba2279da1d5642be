using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <content>Sums, differences, products and quotients. Sizes broadcast from the last dimension, as in NumPy.</content>
public abstract partial class TensorExpression
{
    /// <summary>Element-wise sum. ONNX Add (14).</summary>
    public static TensorExpression operator +(TensorExpression left, TensorExpression right) =>
        left.ComputeAdd(right, ShapeRules.Broadcast(left, right));

    private protected abstract TensorExpression ComputeAdd(TensorExpression other, TensorShape result);

    /// <summary>Element-wise difference. ONNX Sub (14).</summary>
    public static TensorExpression operator -(TensorExpression left, TensorExpression right) =>
        left.ComputeSubtract(right, ShapeRules.Broadcast(left, right));

    private protected abstract TensorExpression ComputeSubtract(TensorExpression other, TensorShape result);

    /// <summary>Element-wise product. ONNX Mul (14).</summary>
    public static TensorExpression operator *(TensorExpression left, TensorExpression right) =>
        left.ComputeMultiply(right, ShapeRules.Broadcast(left, right));

    private protected abstract TensorExpression ComputeMultiply(TensorExpression other, TensorShape result);

    /// <summary>Element-wise quotient. ONNX Div (14).</summary>
    public static TensorExpression operator /(TensorExpression left, TensorExpression right) =>
        left.ComputeDivide(right, ShapeRules.Broadcast(left, right));

    private protected abstract TensorExpression ComputeDivide(TensorExpression other, TensorShape result);

    /// <summary>Adds one number to every element. ONNX Add with a scalar.</summary>
    public static TensorExpression operator +(TensorExpression left, double right) => left.ComputeAdd(right);

    /// <summary>Adds one number to every element. ONNX Add with a scalar.</summary>
    public static TensorExpression operator +(double left, TensorExpression right) => right.ComputeAdd(left);

    private protected abstract TensorExpression ComputeAdd(double number);

    /// <summary>Takes one number from every element. ONNX Add with a scalar.</summary>
    public static TensorExpression operator -(TensorExpression left, double right) => left.ComputeAdd(-right);

    /// <summary>One number minus every element. ONNX Mul and Add with scalars.</summary>
    public static TensorExpression operator -(double left, TensorExpression right) => right.ComputeMultiply(-1).ComputeAdd(left);

    /// <summary>Every element with the other sign. ONNX Mul with a scalar.</summary>
    public static TensorExpression operator -(TensorExpression value) => value.ComputeMultiply(-1);

    /// <summary>Multiplies every element by one number. ONNX Mul with a scalar.</summary>
    public static TensorExpression operator *(TensorExpression left, double right) => left.ComputeMultiply(right);

    /// <summary>Multiplies every element by one number. ONNX Mul with a scalar.</summary>
    public static TensorExpression operator *(double left, TensorExpression right) => right.ComputeMultiply(left);

    private protected abstract TensorExpression ComputeMultiply(double number);

    /// <summary>Divides every element by one number. ONNX Mul with a scalar.</summary>
    /// <exception cref="DivideByZeroException">The number is zero.</exception>
    public static TensorExpression operator /(TensorExpression left, double right) => right != 0
        ? left.ComputeMultiply(1 / right)
        : throw new DivideByZeroException("A value is divided by zero. Divide by another number.");

    /// <summary>Adds a parameter of the network.</summary>
    public static TensorExpression operator +(TensorExpression left, Tensor right) => left + left.Weight(right);

    /// <summary>Multiplies by a parameter of the network.</summary>
    public static TensorExpression operator *(TensorExpression left, Tensor right) => left * left.Weight(right);

    /// <summary>Multiplies by a parameter of the network.</summary>
    public static TensorExpression operator *(Tensor left, TensorExpression right) => right.Weight(left) * right;
}
