using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Phantoms;

namespace MedSeg;

/// <summary>A data set of phantoms as a folder of pairs.</summary>
internal static class PhantomCases
{
    /// <summary>Writes data/images/p0.nii.gz and on, with their labels in data/labels.</summary>
    public static void Write(TemporaryFolder folder, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (image, labels) = Phantom.Create(i);
            VolumeFormats.Save(image, folder[$"data/images/p{i}.nii.gz"]);
            VolumeFormats.Save(labels, folder[$"data/labels/p{i}.nii.gz"]);
        }
    }

    /// <summary>Writes NAME/p0.nii.gz and on, images alone.</summary>
    public static void WriteImages(TemporaryFolder folder, int count, string name = "in")
    {
        for (var i = 0; i < count; i++)
        {
            VolumeFormats.Save(Phantom.Create(i).Image, folder[$"{name}/p{i}.nii.gz"]);
        }
    }
}
