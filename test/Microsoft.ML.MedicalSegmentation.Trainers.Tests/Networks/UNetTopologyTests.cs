namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
public class UNetTopologyTests
{
    // Worked by hand from the rule, and the same as nnU-Net's planner gives.
    [TestMethod]
    [DataRow("128 128 128", "1 1 1", "3 3 3 3 3 3", "1 2 2 2 2 2", "128 128 128", DisplayName = "Equal spacing: five halvings to 4")]
    [DataRow("40 56 40", "1 1 1", "3 3 3 3", "1 2 2 2", "40 56 40", DisplayName = "5 x 7 x 5 cannot be halved")]
    [DataRow(
        "14 256 224",
        "5 1.5625 1.5625",
        "1x3x3 3 3 3 3 3",
        "1 1x2x2 2 1x2x2 1x2x2 1x2x2",
        "14 256 224",
        DisplayName = "Thick slices wait for the plane"
    )]
    [DataRow("56 192 160", "3 0.79 0.79", "1x3x3 3 3 3 3 3", "1 1x2x2 2 2 2 1x2x2", "56 192 160")]
    [DataRow("20 96 96", "2 1 1", "1x3x3 3 3 3 3", "1 1x2x2 2 2 1x2x2", "20 96 96", DisplayName = "Exactly twice the spacing is not close")]
    [DataRow("512 512", "1 1", "3 3 3 3 3 3 3 3", "1 2 2 2 2 2 2 2", "512 512", DisplayName = "A plane")]
    [DataRow("7 12 7", "1 1 1", "3 3", "1 1x2x1", "7 12 7", DisplayName = "A lone axis of 12")]
    [DataRow("37 50 35", "1 1 1", "3 3 3 3", "1 2 2 2", "40 56 40", DisplayName = "A patch that grows")]
    public void Plan_ForAPatch_FollowsTheRule(string patch, string spacing, string kernels, string strides, string fitting)
    {
        var topology = UNetTopology.Plan(Whole(patch), [.. spacing.Split(' ').Select(double.Parse)]);

        Assert.AreEqual(kernels, Words(topology.Kernels));
        Assert.AreEqual(strides, Words(topology.Strides));
        CollectionAssert.AreEqual(Whole(fitting), topology.Fit(Whole(patch)));
    }

    [TestMethod]
    [DataRow("36 50 35", "1 1 1", "36 50 35")]
    [DataRow("500 512 512", "3 0.8 0.8", "106 398 398")]
    [DataRow("9 256 216", "5 1.5625 1.5625", "9 256 216")]
    [DataRow("4000 4000", "0.5 0.5", "2048 2048")]
    [DataRow("4000 4000", "1 2", "2896 1448")]
    public void InitialPatch_HasTheSameExtentOnAllAxes_WithinTheImage(string shape, string spacing, string expected) =>
        CollectionAssert.AreEqual(Whole(expected), UNetTopology.InitialPatch(Whole(shape), [.. spacing.Split(' ').Select(double.Parse)]));

    [TestMethod]
    public void Plan_OfAPatchTooSmall_NamesOneThatServes()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => UNetTopology.Plan([7, 11, 7], [1, 1, 1]));

        StringAssert.Contains(error.Message, "7 x 11 x 7");
        StringAssert.Contains(error.Message, "at least 8 voxels");
    }

    [TestMethod]
    public void Plan_OfImpossibleNumbers_Fails()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => UNetTopology.Plan([8, 8, 8], [1, 1])).Message,
            "3 sizes and 2 spacings"
        );
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => UNetTopology.Plan([8, 8], [1, double.NaN])).Message, "NaN");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => UNetTopology.InitialPatch([0, 8], [1, 1])).Message, "0 x 8");
    }

    [TestMethod]
    public void TotalStride_IsTheProductOfTheStrides()
    {
        var topology = UNetTopology.Plan([14, 256, 224], [5, 1.5625, 1.5625]);

        CollectionAssert.AreEqual(new long[] { 2, 32, 32 }, topology.TotalStride(3));
    }

    private static int[] Whole(string numbers) => [.. numbers.Split(' ').Select(int.Parse)];

    private static string Words(IEnumerable<PerAxis> stages) => string.Join(' ', stages.Select(stage =>
        stage.Distinct().Count() == 1 ? $"{stage.First()}" : string.Join('x', stage)));
}
