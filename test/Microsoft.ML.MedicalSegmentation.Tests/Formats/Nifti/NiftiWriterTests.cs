namespace Microsoft.ML.MedicalSegmentation.Formats.Nifti;

[TestClass]
public sealed class NiftiWriterTests
{
    [TestMethod]
    public void Write_OfReadFile_KeepsWhatItsHeaderSaid()
    {
        // Slope, intent, description, unit of time and an extension of 16 bytes.
        var header = new NiftiBytes().Dim(5, 2, 2, 1, 2, 1).Scaling(0.5f, 3).SetInt16(68, 1001).SetSingle(108, 368).SetByte(123, 2 | 8)
            .SetByte(148, (byte)'T').SetByte(348, 1).SForm(3, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);
        byte[] extension = [16, 0, 0, 0, 6, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        byte[] voxels = [0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0];
        var original = header.With([.. extension, .. voxels]);
        var written = Write(NiftiBytes.Read(original), ".nii");

        // Numbers of dimensions that have one sample may be written or not; everything else is the same bytes.
        Assert.AreEqual(original.Length, written.Length);
        CollectionAssert.AreEqual(original[56..76], written[56..76]);
        CollectionAssert.AreEqual(original[108..124], written[108..124]);
        CollectionAssert.AreEqual(original[148..], written[148..]);
    }

    [TestMethod]
    public void Write_OfRgb_StaysRgb()
    {
        var volume = NiftiBytes.Read(new NiftiBytes().Dim(3, 2, 1, 1).Type(128, 24).With(1, 2, 3, 4, 5, 6));

        var written = Write(volume, ".nii");

        Assert.AreEqual(128, BitConverter.ToInt16(written, 70));
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4, 5, 6 }, written[352..]);
    }

    [TestMethod]
    public void Write_OfLongVolume_BecomesNifti2()
    {
        var volume = Volume.Create(new byte[40000], new(1, 1, 1, 40000));

        var written = Write(volume, ".nii");

        Assert.AreEqual(540, BitConverter.ToInt32(written));
        Assert.AreEqual("NIfTI-2", NiftiBytes.Read(written).Header!.Format);
    }

    [TestMethod]
    public void Write_OfSkewedAxes_HasNoQForm()
    {
        var skewed = new VolumeGeometry(new AffineTransform(new(1, 0, 0), new(0.3, 1, 0), new(0, 0, 1), new(5, 6, 7)));

        var written = Write(Volume.Create(new byte[8], new(1, 2, 2, 2), skewed), ".nii");

        Assert.AreEqual(0, BitConverter.ToInt16(written, 252));
        Assert.IsTrue(skewed.LargestDifference(NiftiBytes.Read(written).Geometry, new(1, 2, 2, 2)) < 1e-4);
    }

    [TestMethod]
    public void Write_OfAnyRotation_GivesQFormAndSFormThatAgree()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var volume = Volume.Create(new byte[1000], new(1, 10, 10, 10), RandomVolumes.Geometry(seed));
            var written = Write(volume, ".nii");

            // Without its sform, the file must say the same by its qform.
            written[254] = 0;
            var shift = volume.Geometry.LargestDifference(NiftiBytes.Read(written).Geometry, volume.Shape);
            Assert.IsTrue(shift < 1e-4, $"The qform of seed {seed} is {shift} mm off.");
        }
    }

    private static byte[] Write(Volume volume, string ending)
    {
        using var stream = new MemoryStream();
        VolumeFormats.Save(volume, stream, ending);
        return stream.ToArray();
    }
}
