using Microsoft.ML.MedicalSegmentation.Contracts;
using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Fixtures;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation.Explanation;

/// <summary>Every network, taken back out of the model that it was exported to.</summary>
[TestClass]
[DoNotParallelize]
public class ExplainedModelTests
{
    public static IEnumerable<object[]> Names => ContractCases.All.Select(contract => new object[] { contract.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void FromModel_HeadsThatOnlyTrainingUses_AreNotMissed(string name)
    {
        var contract = ContractCases.Find(name);
        using var network = contract.Create(channels: 1, classes: 3);
        FixtureFill.Apply(network);
        network.eval();
        var sides = contract.Sizes(network)[0];
        var info = new SegmentationModelInfo
        {
            Classes = [new(0, "background"), new(1, "a"), new(2, "b")],
            Patch = sides.Length == 2 ? new(1, 1, (int)sides[0], (int)sides[1]) : new(1, (int)sides[0], (int)sides[1], (int)sides[2]),
            SpatialDimensions = sides.Length,
            Network = contract.Entry.Key,
            NetworkOptions = NetworkOptionsJson.Write(network.Options),
        };
        using var onnx = new MemoryStream();
        OnnxExport.Write(network, sides, [], onnx);
        var image = Volume.Create(
            [.. Enumerable.Range(0, (int)info.Patch.Count).Select(at => (float)FixtureFill.Unit("image", at))],
            info.Patch
        );

        using var direct = new SegmentationExplainer(network, info);
        using var taken = SegmentationExplainer.FromModel(new(onnx.ToArray(), info), threads: 1);

        foreach (var label in new[] { 0, 1, 2 })
        {
            Assert.IsTrue(
                direct.GradCam(image, label).Values.Voxels.SequenceEqual(taken.GradCam(image, label).Values.Voxels),
                $"Grad-CAM of {label}"
            );
        }

        var (expected, maps) = (direct.AttentionMaps(image), taken.AttentionMaps(image));
        CollectionAssert.AreEqual(expected.Select(map => map.Name).ToArray(), maps.Select(map => map.Name).ToArray());
        Assert.IsTrue(expected.Zip(maps, (a, b) => a.Values.Voxels.SequenceEqual(b.Values.Voxels)).All(same => same));
    }
}
