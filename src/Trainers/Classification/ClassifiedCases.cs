using Microsoft.ML.MedicalSegmentation.Data.Cases;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>
/// Classified images as cases of a <see cref="CaseStore"/>: prepared images, and labels of a single voxel, the index of the class.
/// </summary>
internal static class ClassifiedCases
{
    /// <summary>Reads cases.</summary>
    /// <param name="images">Row, prepared image and class index.</param>
    /// <param name="classes">From <see cref="MapOf"/>.</param>
    /// <param name="maximumBytes">Memory that voxels may take; the others lie in a temporary file.</param>
    public static CaseStore Load(IEnumerable<(int Row, Volume<float> Image, int Class)> images, ClassMap classes, long maximumBytes) =>
        CaseStore.Load(
            images.Select(image => (image.Row, (Volume)image.Image, LabelVolume.Create([(ushort)image.Class], new(1, 1, 1, 1)))),
            classes,
            maximumBytes
        );

    /// <summary>A map in which the values of labels are the indices of classes.</summary>
    public static ClassMap MapOf(IReadOnlyList<string> classes) => new([.. classes.Select((name, index) => new LabelClass(index, name))]);

    /// <summary>The class index of a case.</summary>
    public static int ClassOf(TrainingCase one)
    {
        Span<int> label = stackalloc int[1];
        one.RequiredLabels.CopyLabels(0, label);
        return label[0];
    }
}
