using System.IO.Compression;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom;
using Microsoft.ML.MedicalSegmentation.Formats.Nifti;
using Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>What a file unpacks to is limited at every door, before memory is taken.</summary>
[TestClass]
public sealed class DecodedSizeTests
{
    private static readonly VolumeReadOptions Tiny = new() { MaximumBytes = 11 };

    public static IEnumerable<object[]> Samples =>
    [
        .. FormatSamples.Endings.Select(ending => new object[] { $"written {ending}", FormatSamples.File(ending) }),
        .. NrrdSamples.Encodings.Select(encoding => new object[] { $"NRRD as {encoding}", NrrdSamples.Make(encoding) }),
        .. ImageSamples.All.Select(sample => new object[] { sample.Key, sample.Value() }),
        ["DICOM", DicomFiles.File(DicomFiles.Slice(0, 1), DicomFiles.Pixels(0))],
    ];

    [TestMethod]
    [DynamicData(nameof(Samples))]
    public void Open_MoreThanIsAllowed_IsRefusedAndSaysHowToAllowIt(string name, byte[] file)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["sample"], file);
        var volume = VolumeFormats.Open(folder["sample"]);
        Assert.IsGreaterThan(11, volume.SizeInBytes, name);

        foreach (
            var open in new Action[]
            {
                () => VolumeFormats.Open(folder["sample"], options: Tiny),
                () => VolumeFormats.OpenLabels(folder["sample"], options: Tiny),
            }
        )
        {
            var fault = Assert.ThrowsExactly<VolumeFormatException>(open, name);
            StringAssert.Contains(fault.Message, "11 are allowed");
            StringAssert.Contains(fault.Message, VolumeReadOptions.MaximumBytesVariable);
        }

        Assert.AreEqual(volume.Shape, VolumeFormats.Open(folder["sample"], options: new() { MaximumBytes = volume.SizeInBytes }).Shape);
    }

    [TestMethod]
    public void Open_SegmentationLargerThanAllowed_IsRefused()
    {
        using var folder = new TemporaryFolder();
        DicomSegmentation.Write(
            LabelVolume.Create(
                new byte[5 * 40 * 40]
                    .Select((_, i) => (byte)(i % 2))
                    .ToArray(),
                new(1, 5, 40, 40)
            ),
            folder["s.dcm"],
            new() { Segments = [new(1, "x")] }
        );
        StringAssert.Contains(
            Assert
                .ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(folder["s.dcm"], options: new() { MaximumBytes = 7999 }))
                .Message,
            "8000 bytes"
        );
        Assert.AreEqual(8000, VolumeFormats.Open(folder["s.dcm"], options: new() { MaximumBytes = 8000 }).SizeInBytes);
    }

    [TestMethod]
    public void Open_SmallPackedFileOfTwoGigabytes_IsRefusedByDefault()
    {
        using var folder = new TemporaryFolder();
        using (var gzip = new GZipStream(File.Create(folder["bomb.nii.gz"]), CompressionLevel.Fastest))
        {
            gzip.Write(new NiftiBytes().Dim(3, 1290, 1290, 1290).Type(2, 8).With());
            gzip.Write(new byte[1 << 20]);
        }

        // A real bomb of zeros is two megabytes; here the lie is enough, as nothing is unpacked before the check.
        using (var padded = File.OpenWrite(folder["bomb.nii.gz"]))
        {
            padded.Seek(0, SeekOrigin.End);
            padded.Write(new byte[3 << 20]);
        }

        var before = GC.GetTotalAllocatedBytes();
        StringAssert.Contains(
            Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(folder["bomb.nii.gz"])).Message,
            "a packed file of"
        );
        Assert.IsLessThan(64 << 20, GC.GetTotalAllocatedBytes() - before);
    }
}
