using Microsoft.ML.MedicalSegmentation.Phantoms;
namespace MedSeg.Demo;

/// <summary>A small data set of phantoms as files, for machines without real data.</summary>
internal static class PhantomData
{
    private const int CaseCount = 40;

    /// <summary>Writes volumes and labels as NIfTI and gives the data set.</summary>
    public static SegmentationDataset Write(string workspace)
    {
        var folder = Path.Combine(workspace, "phantoms");
        var options = new PhantomOptions { Noise = 0.5 };
        var cases = Enumerable
            .Range(0, CaseCount)
            .Select(i =>
            {
                var (image, labels) = Phantom.Create(i, options);
                var name = $"phantom_{i:000}";
                var (imagePath, labelPath) = (
                    Path.Combine(folder, "images", name + ".nii.gz"),
                    Path.Combine(folder, "labels", name + ".nii.gz")
                );
                VolumeFormats.Save(image, imagePath);
                VolumeFormats.Save(labels, labelPath);
                return new SegmentationCase(name, [imagePath], labelPath);
            });
        return new("phantoms", [.. cases], Phantom.Classes(options));
    }
}
