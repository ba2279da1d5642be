using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <content>Sums, differences, products and quotients. Sizes broadcast from the last dimension, as in NumPy.</content>
public abstract partial class Value
{
    /// <summary>Element-wise sum. ONNX Add (14).</summary>
    public static Value operator +(Value left, Value right) => left.ComputeAdd(right, ShapeRules.Broadcast(left, right));

    private protected abstract Value ComputeAdd(Value other, ValueShape result);

    /// <summary>Element-wise difference. ONNX Sub (14).</summary>
    public static Value operator -(Value left, Value right) => left.ComputeSubtract(right, ShapeRules.Broadcast(left, right));

    private protected abstract Value ComputeSubtract(Value other, ValueShape result);

    /// <summary>Element-wise product. ONNX Mul (14).</summary>
    public static Value operator *(Value left, Value right) => left.ComputeMultiply(right, ShapeRules.Broadcast(left, right));

    private protected abstract Value ComputeMultiply(Value other, ValueShape result);

    /// <summary>Element-wise quotient. ONNX Div (14).</summary>
    public static Value operator /(Value left, Value right) => left.ComputeDivide(right, ShapeRules.Broadcast(left, right));

    private protected abstract Value ComputeDivide(Value other, ValueShape result);

    /// <summary>Adds one number to every element. ONNX Add with a scalar.</summary>
    public static Value operator +(Value left, double right) => left.ComputeAdd(right);

    /// <summary>Adds one number to every element. ONNX Add with a scalar.</summary>
    public static Value operator +(double left, Value right) => right.ComputeAdd(left);

    private protected abstract Value ComputeAdd(double number);

    /// <summary>Takes one number from every element. ONNX Add with a scalar.</summary>
    public static Value operator -(Value left, double right) => left.ComputeAdd(-right);

    /// <summary>One number minus every element. ONNX Mul and Add with scalars.</summary>
    public static Value operator -(double left, Value right) => right.ComputeMultiply(-1).ComputeAdd(left);

    /// <summary>Every element with the other sign. ONNX Mul with a scalar.</summary>
    public static Value operator -(Value value) => value.ComputeMultiply(-1);

    /// <summary>Multiplies every element by one number. ONNX Mul with a scalar.</summary>
    public static Value operator *(Value left, double right) => left.ComputeMultiply(right);

    /// <summary>Multiplies every element by one number. ONNX Mul with a scalar.</summary>
    public static Value operator *(double left, Value right) => right.ComputeMultiply(left);

    private protected abstract Value ComputeMultiply(double number);

    /// <summary>Divides every element by one number. ONNX Mul with a scalar.</summary>
    /// <exception cref="DivideByZeroException">The number is zero.</exception>
    public static Value operator /(Value left, double right) => right != 0
        ? left.ComputeMultiply(1 / right)
        : throw new DivideByZeroException("A value is divided by zero. Divide by another number.");

    /// <summary>Adds a parameter of the network.</summary>
    public static Value operator +(Value left, Tensor right) => left + left.Weight(right);

    /// <summary>Multiplies by a parameter of the network.</summary>
    public static Value operator *(Value left, Tensor right) => left * left.Weight(right);

    /// <summary>Multiplies by a parameter of the network.</summary>
    public static Value operator *(Tensor left, Value right) => right.Weight(left) * right;
}
