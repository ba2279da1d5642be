using CsCheck;

namespace Microsoft.ML.MedicalSegmentation.Laws;

[TestClass]
public class FileLaws
{
    [TestMethod]
    [DataRow(".nii")]
    [DataRow(".nii.gz")]
    [DataRow(".nrrd")]
    [DataRow(".mha")]
    public void SaveAndOpen_GiveTheSameVoxelsAtTheSamePlace(string extension)
    {
        using var folder = new TemporaryFolder();
        Gen.Select(AnyVolume.Single, Gen.Int[0, int.MaxValue]).Sample(
            (volume, name) =>
            {
                var path = folder[$"{name}{extension}"];
                VolumeFormats.Save(volume, path);
                var read = VolumeFormats.Open(path);
                File.Delete(path);
                return read.Shape == volume.Shape && read.Bytes.SequenceEqual(volume.Bytes)
                    && read.Geometry.LargestDifference(volume.Geometry, volume.Shape) < 1e-3;
            },
            iter: 50);
    }
}
