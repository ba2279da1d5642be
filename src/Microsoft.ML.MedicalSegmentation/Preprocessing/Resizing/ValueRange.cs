using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing.Resizing;

/// <summary>The smallest and largest value of an array, which a spline through it may overshoot.</summary>
internal readonly record struct ValueRange(double Minimum, double Maximum)
{
    /// <summary>The range of values; NaN if one is NaN.</summary>
    public static ValueRange Of(ReadOnlySpan<float> values) => new(TensorPrimitives.Min(values), TensorPrimitives.Max(values));

    /// <summary>Values brought into the range, in single precision.</summary>
    public void Clip(ReadOnlySpan<double> values, Span<float> target)
    {
        for (var i = 0; i < values.Length; i++)
        {
            target[i] = (float)Clip(values[i]);
        }
    }

    /// <summary>Values brought into the range.</summary>
    public void Clip(ReadOnlySpan<double> values, Span<double> target)
    {
        for (var i = 0; i < values.Length; i++)
        {
            target[i] = Clip(values[i]);
        }
    }

    // NaN stays.
    private double Clip(double value) => value < Minimum ? Minimum : value > Maximum ? Maximum : value;
}
