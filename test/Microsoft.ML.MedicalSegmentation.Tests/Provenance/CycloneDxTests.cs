using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Provenance;

[TestClass]
public sealed class CycloneDxTests
{
    [TestMethod]
    public void ToJson_NamesModelDataResultsAndSoftware()
    {
        var card = new ModelCard
        {
            Name = "hippocampus",
            Version = "2",
            License = "CC-BY-4.0",
            IntendedUse = "Research on MR",
            Limits = "Adults only",
            DataSet = "Task04",
            Network = "unet",
            TrainingCases = [new("a", new string('1', 64)), new("b", new string('2', 64))],
            Results = [new("test", "dice", "mean", 0.9, 0.88, 0.92, 20), new("test", "hd95", "mean", null, null, null, 0)],
            Versions = new Dictionary<string, string> { ["Microsoft.ML"] = "5.0.1", [".NET"] = "10.0.0" },
        };
        var digest = string.Concat(Enumerable.Repeat("0f", 32));

        var text = CycloneDx.ToJson(card, digest);

        Assert.AreEqual(text, CycloneDx.ToJson(card, digest));
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        Assert.AreEqual("1.6", root.GetProperty("specVersion").GetString());
        StringAssert.Matches(
            root.GetProperty("serialNumber").GetString(),
            new("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        );
        var components = root.GetProperty("components").EnumerateArray().ToList();
        CollectionAssert.AreEqual(
            new[] { "machine-learning-model", "data", "library", "library" },
            components.Select(c => c.GetProperty("type").GetString()).ToArray()
        );
        Assert.AreEqual(digest, components[0].GetProperty("hashes")[0].GetProperty("content").GetString());
        Assert.AreEqual(
            "data-training",
            components[0].GetProperty("modelCard").GetProperty("modelParameters").GetProperty("datasets")[0].GetProperty("ref").GetString()
        );
        var metrics = components[0].GetProperty("modelCard").GetProperty("quantitativeAnalysis").GetProperty("performanceMetrics");
        Assert.AreEqual(1, metrics.GetArrayLength());
        Assert.AreEqual("0.88", metrics[0].GetProperty("confidenceInterval").GetProperty("lowerBound").GetString());
        Assert.AreEqual("pkg:nuget/Microsoft.ML@5.0.1", components[3].GetProperty("purl").GetString());
        Assert.ThrowsExactly<ArgumentException>(() => CycloneDx.ToJson(card, "abc"));
    }

    [TestMethod]
    public void CardCase_ChangesWithEveryFile_AndNotWithTheOrderOfCases()
    {
        using var folder = new TemporaryFolder();
        var (image, label) = (folder.Write("i.nii", "image"), folder.Write("l.nii", "label"));
        var one = new SegmentationCase("a", [image], label);
        var before = CardCase.Of(one);
        Assert.AreEqual(before, CardCase.Of(one));
        File.WriteAllText(label, "labels");
        Assert.AreNotEqual(before, CardCase.Of(one));
        CardCase other = new("b", before.Sha256);
        Assert.AreEqual(CardCase.DigestOf([before, other]), CardCase.DigestOf([other, before]));
    }
}
