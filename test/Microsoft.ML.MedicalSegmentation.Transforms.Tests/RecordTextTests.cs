using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What records are as text: their values, not the types of their lists.</summary>
[TestClass]
public sealed class RecordTextTests
{
    [TestMethod]
    public void ToString_OfRecordsWithLists_ShowsTheItems()
    {
        Assert.AreEqual(
            "SegmentationCase { Id = p1, ImagePaths = [a.nii, b.nii], LabelPath = , Group =  }",
            new SegmentationCase("p1", ["a.nii", "b.nii"], null).ToString()
        );
        StringAssert.Contains(new ScoringSettings { MirrorAxes = [0, 2] }.ToString(), "MirrorAxes = [0, 2]");
        StringAssert.Contains(
            new NetworkReach { Voxels = [1, 2, 3], Stride = [4, 4, 4] }.ToString(),
            "Voxels = [1, 2, 3], Stride = [4, 4, 4]"
        );
        StringAssert.Contains(new LabelRegion("whole", [.. Enumerable.Range(1, 40)], 1).ToString(), "15, 16, ... 40 in all]");
    }

    [TestMethod]
    public void ToString_OfEveryPublicRecordWithAList_IsNotTheCompilers()
    {
        var types = new[] { typeof(Volume).Assembly, typeof(VolumeTransformer).Assembly }.SelectMany(assembly =>
            assembly.GetExportedTypes()
        );
        var raw = types
            .Where(type => type.IsSealed && type.BaseType == typeof(object) && type.GetMethod("<Clone>$") is not null)
            .Where(type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Any(p => p.PropertyType != typeof(string) && typeof(IEnumerable).IsAssignableFrom(p.PropertyType)))
            .Where(type => type.GetMethod(nameof(ToString), [])?.GetCustomAttribute<CompilerGeneratedAttribute>() is not null);

        Assert.AreEqual("", string.Join(", ", raw.Select(type => type.Name)));
    }
}
