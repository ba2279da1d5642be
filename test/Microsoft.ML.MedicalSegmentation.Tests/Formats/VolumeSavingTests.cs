using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>Files are whole or absent, and wrong requests are refused before anything is written.</summary>
[TestClass]
public sealed class VolumeSavingTests
{
    [TestMethod]
    public void Write_ThatFails_LeavesTheOldFileAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("volume.nii", "old");

        Assert.ThrowsExactly<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write([1, 2, 3]);
            throw new InvalidOperationException("the disk is full");
        }));

        Assert.AreEqual("old", File.ReadAllText(path));
        Assert.AreEqual(1, Directory.GetFiles(folder.Path).Length);
    }

    [TestMethod]
    public void WritePair_ThatFails_LeavesNeitherFile()
    {
        using var folder = new TemporaryFolder();

        Assert.ThrowsExactly<InvalidOperationException>(() => AtomicFile.WritePair(
            Path.Combine(folder.Path, "a.hdr"), Path.Combine(folder.Path, "a.img"), (_, _) => throw new InvalidOperationException("the disk is full")));

        Assert.AreEqual(0, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [TestMethod]
    public void Save_UnknownEnding_NamesTheEndingsThatCanBeWritten()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => VolumeFormats.Save(FormatSamples.Small(".nii"), "volume.xyz"));

        foreach (var ending in new[] { ".nii.gz", ".nrrd", ".mha", ".mhd" })
        {
            StringAssert.Contains(fault.Message, ending);
        }
    }

    [TestMethod]
    public void Save_TwoFilesToOneStream_IsRefused()
    {
        var fault = Assert.ThrowsExactly<NotSupportedException>(() => VolumeFormats.Save(FormatSamples.Small(".nii"), new MemoryStream(), ".mhd"));

        StringAssert.Contains(fault.Message, ".mha");
    }

    [TestMethod]
    public void Save_OptionsOutOfRange_NamesThemAll()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => VolumeFormats.Save(
            FormatSamples.Small(".nii"), new MemoryStream(), ".nii.gz", new VolumeWriteOptions { CompressionLevel = 12, MaximumThreads = 0 }));

        StringAssert.Contains(fault.Message, "CompressionLevel is 12");
        StringAssert.Contains(fault.Message, "MaximumThreads is 0");
    }

    [TestMethod]
    public void Save_OverTheFileThatWasRead_KeepsTheVoxels()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "volume.nii.gz");
        var volume = FormatSamples.Small(".nii");
        VolumeFormats.Save(volume, path);

        VolumeFormats.Save(VolumeFormats.Open(path), path);

        Assert.IsTrue(volume.Bytes.SequenceEqual(VolumeFormats.Open(path).Bytes));
    }

    [TestMethod]
    public void Open_WithAnyNumberOfThreads_GivesTheSame()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "volume.nii");
        var volume = RandomVolumes.Create(VoxelType.Int32, new(2, 30, 100, 150), seed: 6);
        VolumeFormats.Save(volume, path);

        foreach (var threads in new[] { 1, 2, 5 })
        {
            Assert.IsTrue(volume.Bytes.SequenceEqual(VolumeFormats.Open(path, options: new VolumeReadOptions { MaximumThreads = threads }).Bytes));
        }
    }
}
