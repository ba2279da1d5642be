namespace Microsoft.ML.MedicalSegmentation.PostProcessing;

/// <summary>Rules that steps of post-processing share.</summary>
internal static class StepFaults
{
    /// <summary>What is wrong with label values and connectivity.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<int> labels, VoxelConnectivity connectivity)
    {
        if (labels is null || labels.Any(label => label is < 1 or > LabelClass.MaximumValue))
        {
            yield return $"Labels are {(labels is null ? "null" : string.Join(", ", labels))}; they must be from 1 to "
                + $"{LabelClass.MaximumValue}.";
        }

        if (!Enum.IsDefined(connectivity))
        {
            yield return $"Connectivity is {connectivity}; use Faces, Edges or Corners.";
        }
    }
}
