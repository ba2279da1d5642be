namespace Microsoft.ML.MedicalSegmentation.Formats.Nifti;

[TestClass]
public sealed class NiftiFormatTests
{
    private static readonly byte[] EightShorts = [0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0];

    [TestMethod]
    public void Read_BigEndian_TurnsTheBytesRound()
    {
        var volume = NiftiBytes.Read(new NiftiBytes(bigEndian: true).With([0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 1, 0]));

        CollectionAssert.AreEqual(new short[] { 0, 1, 2, 3, 4, 5, 6, 256 }, ((Volume<short>)volume).Voxels.ToArray());
    }

    [TestMethod]
    public void Read_SlopeOfZero_LeavesVoxelsUnscaled()
    {
        var volume = NiftiBytes.Read(new NiftiBytes().Scaling(0, 100).With(EightShorts));

        Assert.IsTrue(volume.Scaling.IsIdentity);
        Assert.AreEqual(7, volume.GetValue(0, 1, 1, 1));
    }

    [TestMethod]
    public void Read_SlopeAndIntercept_KeepsStoredIntegersAndScalesValues()
    {
        var volume = NiftiBytes.Read(new NiftiBytes().Scaling(0.5f, -10).With(EightShorts));

        Assert.AreEqual(VoxelType.Int16, volume.VoxelType);
        Assert.AreEqual(-6.5, volume.GetValue(0, 1, 1, 1));
    }

    [TestMethod]
    public void Read_SlopeNotANumber_SaysSoAndLeavesVoxelsUnscaled()
    {
        var volume = NiftiBytes.Read(new NiftiBytes().Scaling(float.NaN, 3).With(EightShorts));

        Assert.IsTrue(volume.Scaling.IsIdentity);
        Assert.IsTrue(volume.Header!.Notes.Any(n => n.Contains("scl_slope")));
    }

    [TestMethod]
    public void Read_SFormAndQForm_TakesTheSFormAndSaysTheyDiffer()
    {
        var volume = NiftiBytes.Read(new NiftiBytes()
            .QForm(1, 0, 0, 0, 50, 0, 0).SForm(1, 2, 0, 0, -7, 0, 2, 0, 8, 0, 0, 2, 9).With(EightShorts));

        Assert.AreEqual(new Vector3D(-7, 8, 9), volume.Geometry.Origin);
        Assert.AreEqual(new Vector3D(2, 2, 2), volume.Geometry.Spacing);
        Assert.IsTrue(volume.Header!.Notes.Any(n => n.Contains("qform and sform differ")));
    }

    [TestMethod]
    public void Read_QFormAlone_RotatesMirrorsAndMoves()
    {
        // A quarter turn about z takes x to y and y to -x; pixdim[0] of -1 mirrors z.
        var half = MathF.Sqrt(0.5f);
        var volume = NiftiBytes.Read(new NiftiBytes().PixDim(-1, 2, 3, 4).QForm(1, 0, 0, half, 10, 20, 30).With(EightShorts));

        var there = volume.Geometry.IndexToWorld.Apply(new(1, 1, 1));
        Assert.IsTrue((there - new Vector3D(10 - 3, 20 + 2, 30 - 4)).Length < 1e-5, $"Voxel (1, 1, 1) lies at {there}.");
        Assert.AreEqual("ALI", volume.Geometry.OrientationCode);
    }

    [TestMethod]
    public void Read_NoFormAtAll_CentresAndLetsXGrowToTheLeft()
    {
        var volume = NiftiBytes.Read(new NiftiBytes().PixDim(1, 3, 3, 3).Dim(3, 2, 2, 2).With(EightShorts));

        Assert.AreEqual("LAS", volume.Geometry.OrientationCode);
        Assert.AreEqual(new Vector3D(1.5, -1.5, -1.5), volume.Geometry.Origin);
    }

    [TestMethod]
    public void Read_UnitOfMetres_ConvertsToMillimetresAndSaysSo()
    {
        var volume = NiftiBytes.Read(
            new NiftiBytes().SForm(1, 0.002f, 0, 0, 0, 0, 0.002f, 0, 0, 0, 0, 0.002f, 0).SetByte(123, 1).With(EightShorts)
        );

        Assert.AreEqual(2, volume.Geometry.Spacing.X, 1e-6);
        Assert.IsTrue(volume.Header!.Notes.Any(n => n.Contains("metres")));
    }

    [TestMethod]
    public void Read_RgbVoxels_BecomeChannels()
    {
        var volume = (Volume<byte>)NiftiBytes.Read(new NiftiBytes().Dim(3, 2, 1, 1).Type(128, 24).With(1, 2, 3, 4, 5, 6));

        Assert.AreEqual(new VolumeShape(3, 1, 1, 2), volume.Shape);
        CollectionAssert.AreEqual(new byte[] { 1, 4, 2, 5, 3, 6 }, volume.Voxels.ToArray());
    }

    [TestMethod]
    public void Read_FiveDimensions_TimeRunsFasterThanComponents()
    {
        var volume = (Volume<byte>)NiftiBytes.Read(new NiftiBytes().Dim(5, 1, 1, 1, 2, 3).Type(2, 8).With(0, 1, 2, 3, 4, 5));

        Assert.AreEqual(6, volume.Shape.Channels);
        CollectionAssert.AreEqual(new byte[] { 0, 1, 2, 3, 4, 5 }, volume.Voxels.ToArray());
    }

    [TestMethod]
    public void Read_ManyFaults_NamesThemAllInOneError()
    {
        var fault = NiftiBytes.Refused(new NiftiBytes().Dim(3, 2, -5, 2).Type(1536, 128).SetSingle(108, 17.5f).With(EightShorts));

        CollectionAssert.AreEqual(new[] { "dim[2]", "datatype", "vox_offset" }, fault.Faults.Select(f => f.Field).ToArray());
        Assert.AreEqual("NIfTI-1", fault.Format);
        foreach (var fact in new[] { "scan.nii", "-5", "1536", "float64", "17.5", "352" })
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    [TestMethod]
    public void Read_SixDimensions_IsRefused()
        => StringAssert.Contains(NiftiBytes.Refused(new NiftiBytes().Dim(6, 1, 1, 1, 1, 1, 8).With(EightShorts)).Message, "dim[6] is 8");

    [TestMethod]
    public void Read_SingularSForm_IsRefused() =>
        StringAssert.Contains(
            NiftiBytes.Refused(new NiftiBytes().SForm(1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0).With(EightShorts)).Message,
            "srow_x"
        );

    [TestMethod]
    public void Read_SizesBeyondTheFile_TakesNoMemory()
    {
        var file = new NiftiBytes().Dim(3, 30000, 30000, 2).With(EightShorts);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var fault = NiftiBytes.Refused(file);

        Assert.IsTrue(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        StringAssert.Contains(fault.Message, "3600000000 bytes");
        StringAssert.Contains(fault.Message, "only 16");
    }

    [TestMethod]
    public void Open_PairByEitherFile_GivesTheSame()
    {
        using var folder = new TemporaryFolder();
        var header = Path.Combine(folder.Path, "scan.hdr");
        File.WriteAllBytes(header, new NiftiBytes(magic: "ni1").HeaderOnly());
        File.WriteAllBytes(Path.Combine(folder.Path, "scan.img"), EightShorts);

        Assert.AreEqual(7, VolumeFormats.Open(header).GetValue(0, 1, 1, 1));
        Assert.AreEqual(7, VolumeFormats.Open(Path.Combine(folder.Path, "scan.img")).GetValue(0, 1, 1, 1));
    }

    [TestMethod]
    public void Open_HeaderWithoutVoxelFile_SaysWhichFileIsMissing()
    {
        using var folder = new TemporaryFolder();
        var header = Path.Combine(folder.Path, "scan.hdr");
        File.WriteAllBytes(header, new NiftiBytes(magic: "ni1").HeaderOnly());

        Assert.AreEqual(new VolumeShape(1, 2, 2, 2), VolumeFormats.ReadHeader(header).Shape);
        StringAssert.Contains(Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(header)).Message, ".img");
    }

    [TestMethod]
    public void Open_AnalyzePair_IsToldFromNiftiAndCannotBeWritten()
    {
        using var folder = new TemporaryFolder();
        var header = Path.Combine(folder.Path, "scan.hdr");
        File.WriteAllBytes(header, new NiftiBytes(magic: "").SetByte(38, (byte)'r').HeaderOnly());
        File.WriteAllBytes(Path.Combine(folder.Path, "scan.img"), EightShorts);

        var volume = VolumeFormats.Open(header);

        Assert.AreEqual("ANALYZE 7.5", volume.Header!.Format);
        Assert.AreEqual(7, volume.GetValue(0, 1, 1, 1));
        Assert.IsTrue(volume.Header.Notes.Any(n => n.Contains("left")));
    }
}
