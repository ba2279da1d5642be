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
    public void WriteOfTwo_ThatFails_LeavesNeitherFile()
    {
        using var folder = new TemporaryFolder();

        Assert.ThrowsExactly<InvalidOperationException>(() =>
            AtomicFile.Write(
                [Path.Combine(folder.Path, "a.img"), Path.Combine(folder.Path, "a.hdr")],
                _ => throw new InvalidOperationException("the disk is full")
            )
        );

        Assert.AreEqual(0, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(3)]
    public void Write_OnADiskThatFillsUp_TellsThatAndRemovesWhatItWrote(int blocks)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("volume.nii", "old");

        // A full disk fails when buffers are written out, on closing as well.
        var fault = Assert.ThrowsExactly<IOException>(() =>
            AtomicFile.WriteAll([path], streams => streams[0].Write(new byte[5000]), temporary => new FullDisk(temporary, blocks))
        );

        Assert.AreEqual("the disk is full", fault.Message);
        Assert.AreEqual("old", File.ReadAllText(path));
        Assert.AreEqual(1, Directory.GetFiles(folder.Path).Length);
    }

    [TestMethod]
    public void Save_PackedOnADiskThatFillsUp_TellsTheFirstFailure()
    {
        using var folder = new TemporaryFolder();
        var volume = RandomVolumes.Create(VoxelType.Int32, new(1, 40, 200, 200), seed: 1);
        foreach (var blocks in new[] { 0, 2, 100 })
        {
            var fault = Assert.ThrowsExactly<IOException>(() =>
                AtomicFile.WriteAll(
                    [folder["a.nii.gz"]],
                    streams => VolumeFormats.Save(volume, streams[0], ".nii.gz"),
                    temporary => new FullDisk(temporary, blocks)
                )
            );
            Assert.AreEqual("the disk is full", fault.Message);
            Assert.AreEqual(0, Directory.GetFiles(folder.Path).Length);
        }
    }

    [TestMethod]
    public void Save_NamesAsLongAsTheFileSystemAllows_AreWritten()
    {
        using var folder = new TemporaryFolder();
        var path = folder[new string('a', 251) + ".nii"];
        VolumeFormats.Save(FormatSamples.Small(".nii"), path);
        Assert.AreEqual(new VolumeShape(2, 4, 5, 6), VolumeFormats.Open(path).Shape);
    }

    /// <summary>A file on a disk with room for some blocks; every write after that fails, on closing too.</summary>
    private sealed class FullDisk(string path, int blocks)
        : FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1)
    {
        private const int Block = 4096;
        private long _left = (long)blocks * Block;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Take(buffer.Length);
            base.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush(bool flushToDisk) => Take(1);

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing)
            {
                Take(1);
            }
        }

        private void Take(long bytes) => _left = bytes <= _left ? _left - bytes : throw new IOException("the disk is full");
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
        var fault = Assert.ThrowsExactly<NotSupportedException>(() =>
            VolumeFormats.Save(FormatSamples.Small(".nii"), new MemoryStream(), ".mhd")
        );

        StringAssert.Contains(fault.Message, ".mha");
    }

    [TestMethod]
    public void Save_OptionsOutOfRange_NamesThemAll()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() =>
            VolumeFormats.Save(
                FormatSamples.Small(".nii"),
                new MemoryStream(),
                ".nii.gz",
                new VolumeWriteOptions { CompressionLevel = 12, MaximumThreads = 0 }
            )
        );

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
            Assert.IsTrue(
                volume.Bytes.SequenceEqual(VolumeFormats.Open(path, options: new VolumeReadOptions { MaximumThreads = threads }).Bytes)
            );
        }
    }
}
