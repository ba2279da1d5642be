using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>Volumes are opened and saved asynchronously as they are otherwise, and a token ends both.</summary>
[TestClass]
public sealed class AsynchronousTests
{
    private static readonly CancellationToken _cancelled = new(canceled: true);

    public static IEnumerable<object[]> Endings =>
        new[] { ".nii", ".nii.gz", ".hdr", ".mha", ".mhd", ".nrrd", ".nhdr", ".png", ".tif" }.Select(ending => new object[] { ending });

    [TestMethod]
    [DynamicData(nameof(Endings))]
    public async Task SaveAsyncAndOpenAsync_GiveWhatSaveAndOpenGive(string ending)
    {
        using var folder = new TemporaryFolder();
        var volume = FormatSamples.Small(ending);
        var (path, other) = (folder["a" + ending], folder["b/a" + ending]);

        VolumeFormats.Save(volume, other);
        await VolumeFormats.SaveAsync(volume, path);
        var opened = await VolumeFormats.OpenAsync(path);

        foreach (var file in Directory.GetFiles(folder["b"]))
        {
            CollectionAssert.AreEqual(File.ReadAllBytes(file), File.ReadAllBytes(folder[Path.GetFileName(file)]), file);
        }

        var expected = VolumeFormats.Open(other);
        CollectionAssert.AreEqual(expected.Bytes.ToArray(), opened.Bytes.ToArray());
        Assert.AreEqual(expected.Geometry, opened.Geometry);
        Assert.AreEqual(path, opened.Header?.Source);
        Assert.AreEqual(Directory.GetFiles(folder["b"]).Length, Directory.GetFiles(folder.Path).Length, "no temporary file is left");
    }

    [TestMethod]
    public async Task OpenAsync_LargerThanWhatIsReadFirst_ReadsTheRest()
    {
        using var folder = new TemporaryFolder();
        var voxels = Enumerable.Range(0, 3 << 19).Select(i => (short)(i * 7)).ToArray();
        VolumeFormats.Save(Volume.Create(voxels, new VolumeShape(1, 24, 256, 256)), folder["large.nii"]);

        var opened = await VolumeFormats.OpenAsync(folder["large.nii"]);

        CollectionAssert.AreEqual(voxels, ((Volume<short>)opened).Voxels.ToArray());
        Assert.AreEqual(
            voxels[(5 * 65536) + 9],
            ((Volume<short>)await VolumeFormats.OpenAsync(folder["large.nii"], new VolumeRegion(9, 0, 5, 1, 1, 1))).Voxels[0]
        );
    }

    [TestMethod]
    public async Task OpenAsync_OfADicomFolder_GivesWhatOpenGives()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(TestData.RequireData("formats/seg/dcmqi/ct-3slice")))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }

        folder.Write("notes.txt", "not DICOM");

        var (expected, opened) = (VolumeFormats.Open(folder.Path), await VolumeFormats.OpenAsync(folder.Path));

        CollectionAssert.AreEqual(expected.Bytes.ToArray(), opened.Bytes.ToArray());
        Assert.AreEqual(expected.Geometry, opened.Geometry);
    }

    [TestMethod]
    public async Task OpenAsync_OfAFileThatIsNoVolume_ReadsOnlyItsBeginning()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["noise.bin"], new byte[5 << 20]);
        var buffers = new FileBuffers();

        await Assert.ThrowsExactlyAsync<VolumeFormatException>(() =>
            buffers.Read(files => VolumeFormats.Open(VolumeSource.FromPath(folder["noise.bin"], new() { Buffers = files })), default)
        );

        using var read = buffers.Open(folder["noise.bin"]);
        read.Position = 2 << 20;
        Assert.ThrowsExactly<NotBufferedException>(() => read.ReadByte());
        await Assert.ThrowsExactlyAsync<VolumeFormatException>(() => VolumeFormats.OpenAsync(folder["noise.bin"]));
        await Assert.ThrowsExactlyAsync<FileNotFoundException>(() => VolumeFormats.OpenAsync(folder["missing.nii"]));
    }

    [TestMethod]
    public async Task CancelledDoors_ThrowAndLeaveNoFile()
    {
        using var folder = new TemporaryFolder();
        var volume = FormatSamples.Small(".nii.gz");
        VolumeFormats.Save(volume, folder["a.nii.gz"]);
        VolumeFormats.Save(volume, folder["a.nii"]);
        foreach (var path in new[] { folder["a.nii.gz"], folder["a.nii"] })
        {
            Assert.Throws<OperationCanceledException>(() => VolumeFormats.Open(path, cancellationToken: _cancelled));
            Assert.Throws<OperationCanceledException>(() => VolumeFormats.OpenLabels(path, cancellationToken: _cancelled));
            Assert.Throws<OperationCanceledException>(() =>
                VolumeFormats.Open(VolumeSource.FromStream(new MemoryStream(File.ReadAllBytes(path))), cancellationToken: _cancelled)
            );
            Assert.Throws<OperationCanceledException>(() =>
                VolumeFormats.Save(volume, folder["new" + Path.GetFileName(path)], cancellationToken: _cancelled)
            );
            await Assert.ThrowsAsync<OperationCanceledException>(() => VolumeFormats.OpenAsync(path, cancellationToken: _cancelled));
            await Assert.ThrowsAsync<OperationCanceledException>(() =>
                VolumeFormats.SaveAsync(volume, folder["new.nii"], cancellationToken: _cancelled)
            );
        }

        Assert.Throws<OperationCanceledException>(() => VolumeFormats.Save(volume, Stream.Null, ".nii", cancellationToken: _cancelled));
        Assert.HasCount(2, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void TokenDuringReading_EndsIt()
    {
        using var folder = new TemporaryFolder();
        VolumeFormats.Save(Volume.Create(new short[8 << 20], new VolumeShape(1, 8, 1024, 1024)), folder["large.nii"]);
        using var cancellation = new CancellationTokenSource();
        var source = VolumeSource.FromStream(new CancellingStream(File.ReadAllBytes(folder["large.nii"]), 4 << 20, cancellation), "upload");

        Assert.Throws<OperationCanceledException>(() => VolumeFormats.Open(source, cancellationToken: cancellation.Token));
    }

    // Cancels once that many bytes are read, and fails where reading goes on long after.
    private sealed class CancellingStream(byte[] bytes, long at, CancellationTokenSource cancellation) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer)
        {
            Assert.IsLessThan(at + (2 << 20), Position);
            if (Position > at)
            {
                cancellation.Cancel();
            }

            return base.Read(buffer);
        }
    }
}
