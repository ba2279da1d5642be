namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Rules of nnU-Net's planner at rare inputs, with the values that it gives.</summary>
[TestClass]
public sealed class PlanningRulesTests
{
    [TestMethod]
    public void Plan_TwoCases_TargetSpacingIsThePercentileToTheLastBit()
    {
        // The median of the two numbers is 2.14; their 50th percentile is measured from above.
        var plan = Plan(new() { Spacings = [[0.92, 1, 1], [3.36, 1, 1]] });
        Assert.AreEqual(2.1399999999999997, plan.Configuration("3d_fullres").Spacing[0]);
        Assert.AreEqual(2.14, plan.MedianSpacing[0]);
    }

    [TestMethod]
    [DataRow("None", ".nii.gz", "SimpleITKIO")]
    [DataRow("SomebodysReader", ".nii.gz", "SimpleITKIO")]
    [DataRow("NibabelIOWithReorient", ".nii.gz", "NibabelIOWithReorient")]
    [DataRow(null, ".nii", "NibabelIO")]
    [DataRow(null, ".TIF", "Tiff3DIO")]
    public void Plan_ReaderAndEnding_ChooseTheReader(string? named, string ending, string expected)
        => Assert.AreEqual(expected, Plan(new() { OverwriteReader = named, FileEnding = ending }).Reader);

    [TestMethod]
    public void Plan_NoPatchFitsTheMemory_IsRefusedWithTheMemory()
        => StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Plan(new(), new() { MemoryGigabytes = 1e-6 })).Message, "fits 0.000001 GB");

    private static SegmentationPlan Plan(Given given, PlanningOptions? options = null)
        => SegmentationPlanner.Plan(
            new()
            {
                Spacings = given.Spacings,
                CroppedShapes = [[200, 200, 200], [220, 200, 210]],
                MedianRelativeSize = 1,
                ForegroundIntensities = [],
            },
            new()
            {
                Name = "d",
                ChannelNames = ["T1"],
                Labels = [new("background", [0]), new("a", [1])],
                TrainingCases = 2,
                FileEnding = given.FileEnding,
                OverwriteReader = given.OverwriteReader,
            },
            options);

    private sealed record Given
    {
        public double[][] Spacings { get; init; } = [[1, 1, 1], [1, 1, 1]];

        public string FileEnding { get; init; } = ".nii.gz";

        public string? OverwriteReader { get; init; }
    }
}
