namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How many true lesions of a range of sizes were found, over all cases.</summary>
/// <param name="From">Smallest volume in mm³.</param>
/// <param name="To">Volume in mm³ that the range ends before; infinite for the last range.</param>
/// <param name="Found">Lesions of which any voxel is predicted.</param>
/// <param name="Count">All lesions of the range.</param>
public sealed record LesionSizeRecall(double From, double To, int Found, int Count)
{
    /// <summary>Where ranges of sizes begin unless told otherwise, in mm³.</summary>
    public static IReadOnlyList<double> DefaultBounds { get; } = [0, 10, 100, 1000, 10000];

    /// <summary>Found lesions over all; NaN if there are none.</summary>
    public double Recall => Count == 0 ? double.NaN : (double)Found / Count;
}
