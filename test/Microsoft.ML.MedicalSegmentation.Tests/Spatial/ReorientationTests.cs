namespace Microsoft.ML.MedicalSegmentation.Spatial;

[TestClass]
public sealed class ReorientationTests
{
    private static readonly string[] Codes =
    [
        .. from pairs in new[] { "RAS", "RSA", "ARS", "ASR", "SRA", "SAR" }
           from signs in Enumerable.Range(0, 8)
           select string.Concat(pairs.Select((letter, i) => (signs >> i & 1) == 0 ? letter : "LPI"["RAS".IndexOf(letter)])),
    ];

    [TestMethod]
    public void Reorient_ToEveryCodeAndBack_RestoresVoxelsAndGeometry()
    {
        Assert.AreEqual(48, Codes.Distinct().Count());
        var volume = Sample();
        foreach (var code in Codes)
        {
            var turned = volume.Reorient(code);
            Assert.AreEqual(code, turned.Geometry.OrientationCode);
            var back = (Volume<short>)turned.Reorient("RAS");
            Assert.IsTrue(back.Voxels.SequenceEqual(volume.Voxels), code);
            Assert.AreEqual(0, back.Geometry.LargestDifference(volume.Geometry, volume.Shape), 1e-9, code);
        }
    }

    [TestMethod]
    public void Reorient_AnyCode_KeepsTheValueAtEachPosition()
    {
        var volume = Sample();
        foreach (var code in Codes)
        {
            var turned = volume.Reorient(code);
            for (var z = 0; z < turned.Shape.Depth; z++)
            {
                var index = volume.Geometry.WorldToIndex.Apply(turned.Geometry.IndexToWorld.Apply(new(0, 1, z)));
                var expected = volume.GetValue(1, (int)Math.Round(index.Z), (int)Math.Round(index.Y), (int)Math.Round(index.X));
                Assert.AreEqual(expected, turned.GetValue(1, z, 1, 0), code);
            }
        }
    }

    [TestMethod]
    public void Reorient_ToItsOwnCode_IsTheSameObject()
    {
        var volume = Sample();
        Assert.AreSame(volume, volume.Reorient("RAS"));
    }

    [TestMethod]
    [DataRow("RAX")]
    [DataRow("RRS")]
    [DataRow("RA")]
    [DataRow("")]
    public void Reorient_ToACodeThatIsNone_SaysWhatCodesAre(string code)
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Sample().Reorient(code));
        StringAssert.Contains(fault.Message, $"'{code}'");
        StringAssert.Contains(fault.Message, "RAS or LPS");
    }

    private static Volume<short> Sample()
    {
        var voxels = Enumerable.Range(0, 2 * 3 * 4 * 5).Select(i => (short)i).ToArray();
        return Volume.Create(
            voxels,
            new(2, 3, 4, 5),
            new VolumeGeometry(new AffineTransform(new(2, 0.1, 0), new(-0.1, 3, 0.2), new(0, -0.2, 4), new(5, 6, 7)))
        );
    }
}
