using System.IO.Compression;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

[TestClass]
public sealed class DicomFileTests
{
    [TestMethod]
    [DataRow("1.2.840.10008.1.2.1", true)]
    [DataRow("1.2.840.10008.1.2.1", false)]
    [DataRow("1.2.840.10008.1.2.1.99", true)]
    public void Open_OfEncoding_GivesTheSameVoxels(string syntax, bool withPreamble)
    {
        var volume = VolumeFormats.Open(
            DicomFiles.Source(DicomFiles.File(DicomFiles.Slice(0, 1), DicomFiles.Pixels(2), syntax, withPreamble))
        );

        CollectionAssert.AreEqual(DicomFiles.Pixels(2), volume.Bytes.ToArray());
    }

    [TestMethod]
    public void Open_OfGzip_GivesTheSameVoxels()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(DicomFiles.File(DicomFiles.Slice(0, 1), DicomFiles.Pixels(2)));
        }

        CollectionAssert.AreEqual(DicomFiles.Pixels(2), VolumeFormats.Open(DicomFiles.Source(packed.ToArray())).Bytes.ToArray());
    }

    [TestMethod]
    [DataRow("MR_small_implicit.dcm")]
    [DataRow("MR_small_bigendian.dcm")]
    [DataRow("MR_small_expb.dcm")]
    [DataRow("MR_small_RLE.dcm")]
    [DataRow("MR_small_padded.dcm")]
    public void Open_OfOneImageInEveryEncoding_GivesTheSameVoxels(string file)
    {
        var expected = VolumeFormats.Open(TestData.RequireData("formats/dicom/pydicom/MR_small.dcm"));

        var found = VolumeFormats.Open(TestData.RequireData("formats/dicom/pydicom/" + file));

        CollectionAssert.AreEqual(expected.Bytes.ToArray(), found.Bytes.ToArray());
        Assert.AreEqual(expected.Geometry, found.Geometry);
    }

    [TestMethod]
    public void Open_OfFileCutAnywhere_IsRefusedByItsName()
    {
        var whole = DicomFiles.File(DicomFiles.Slice(0, 1).AddItems("ModalityLUTSequence", []), DicomFiles.Pixels(0));
        for (var length = 0; length < whole.Length; length++)
        {
            var fault = Assert.ThrowsExactly<VolumeFormatException>(
                () => VolumeFormats.Open(DicomFiles.Source(whole[..length])),
                $"{length} of {whole.Length} bytes"
            );
            StringAssert.StartsWith(fault.Message, "made by the test");
            DicomFiles.AssertNoPatient(fault.Message);
        }
    }

    [TestMethod]
    public void Open_OfDeepNesting_IsRefused()
    {
        var item = new DicomDataSetWriter();
        for (var depth = 0; depth < 40; depth++)
        {
            item = new DicomDataSetWriter().AddItems("SourceImageSequence", [item]);
        }

        var set = DicomFiles.Slice(0, 1).AddItems("DerivationImageSequence", [item]);

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() =>
            VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(set, DicomFiles.Pixels(0))))
        );

        StringAssert.Contains(fault.Message, "nest deeper than 32");
    }

    [TestMethod]
    public void Open_OfWrongNumber_NamesTheAttribute()
    {
        var set = DicomFiles.Slice(0, 1).Add("NumberOfFrames", "1A");

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() =>
            VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(set, DicomFiles.Pixels(0))))
        );

        StringAssert.Contains(fault.Message, "NumberOfFrames (0028,0008)");
        StringAssert.Contains(fault.Message, "'1A'");
    }

    [TestMethod]
    public void Open_OfTooFewPixels_CountsThem()
    {
        var set = DicomFiles.Slice(0, 1).AddIntegers("Rows", 60000).AddIntegers("Columns", 60000);

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() =>
            VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(set, DicomFiles.Pixels(0))))
        );

        StringAssert.Contains(fault.Message, "24 bytes");
        StringAssert.Contains(fault.Message, "7200000000");
    }

    [TestMethod]
    public void Read_OfFile_KeepsNoAttributeThatNobodyUses()
    {
        var file = DicomFile.Read(DicomFiles.Source(DicomFiles.File(DicomFiles.Slice(0, 1), DicomFiles.Pixels(0))));

        Assert.IsTrue(file.DataSet.Elements.Keys.All(t => DicomDictionary.KeywordOf(t) is not null));
    }
}
