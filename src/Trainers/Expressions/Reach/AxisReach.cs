namespace Microsoft.ML.MedicalSegmentation.Expressions.Reach;

/// <summary>What an element at position o of an axis depends on: the image from Scale o + Low to Scale o + High.</summary>
/// <param name="Scale">Voxels of the image between two elements.</param>
/// <param name="Low">In voxels, at most 0 for most values.</param>
/// <param name="High">In voxels.</param>
internal readonly record struct AxisReach(double Scale, double Low, double High)
{
    /// <summary>The image itself.</summary>
    public static AxisReach Own => new(1, 0, 0);

    /// <summary>After windows that read from stride o + first to stride o + last; an element's own place always counts.</summary>
    public AxisReach Through(double stride, double first, double last) =>
        new(Scale * stride, Math.Min(0, Low + (Scale * first)), Math.Max(0, High + (Scale * last)));

    /// <summary>Of what is computed from both; their scales must agree.</summary>
    public AxisReach Or(AxisReach other) => new(Scale, Math.Min(Low, other.Low), Math.Max(High, other.High));
}
