using System.Text.Json.Nodes;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing;

/// <summary>Arrays that nnU-Net's own resampling functions made.</summary>
[TestClass]
public sealed class ArrayResamplingTests
{
    private const string Folder = "nnunet/resampling";
    private static readonly ParallelOptions Parallel = new() { MaxDegreeOfParallelism = 2 };

    public static IEnumerable<object[]> Cases()
    {
        var path = Path.Combine(TestData.GoldenFolder, Folder, "cases.json");
        return File.Exists(path)
            ? JsonNode.Parse(File.ReadAllText(path))!.AsArray().Select(entry => new object[] { entry!["name"]!.GetValue<string>() })
            :
            [
                [""],
            ];
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Resample_GoldenArray_IsNnUNets(string name)
    {
        var entry = JsonNode
            .Parse(File.ReadAllText(TestData.RequireGolden($"{Folder}/cases.json")))!
            .AsArray()
            .Single(entry => entry!["name"]!.GetValue<string>() == name)!;
        var arguments = entry["kwargs"]!;
        var isTorch = entry["function"]!.GetValue<string>() == PlannedResampling.TorchFunction;
        var how = new PlannedResampling
        {
            Function = entry["function"]!.GetValue<string>(),
            IsSegmentation = arguments["is_seg"]!.GetValue<bool>(),
            Order = isTorch ? 1 : arguments["order"]!.GetValue<int>(),
            OrderZ = isTorch ? 0 : arguments["order_z"]!.GetValue<int>(),
            ForceSeparateZ = arguments["force_separate_z"]?.GetValue<bool>(),
        };
        double[] Numbers(string key) => [.. entry[key]!.AsArray().Select(number => number!.GetValue<double>())];
        var input = NumPyArray.Read(TestData.RequireGolden($"{Folder}/{entry["input"]!.GetValue<string>()}"));
        var output = NumPyArray.Read(TestData.RequireGolden($"{Folder}/{entry["output"]!.GetValue<string>()}"));
        var (from, to) = (Shape(input), Shape(output));
        var (current, target) = (Numbers("current_spacing"), Numbers("new_spacing"));
        Assert.AreEqual(entry["axis"]?.GetValue<int>(), ArrayResampling.SeparateAxis(how, current, target));
        if (how.IsSegmentation)
        {
            var labels = Array.ConvertAll(input.ToSingle(), value => (int)value);
            CollectionAssert.AreEqual(
                Array.ConvertAll(output.ToSingle(), value => (int)value),
                ArrayResampling.Labels(labels, from, to, how, current, target, Parallel)
            );
            return;
        }

        var expected = output.ToSingle();
        var values = ArrayResampling.Images(input.ToSingle(), from, to, how, current, target, Parallel);

        // Half precision may differ by a unit in the last place, where the cast rounds the other way. PyTorch computes in single
        // precision, and the double-precision input is rounded to single here, so small differences of large numbers differ there.
        var (tolerance, largest) = (output.Type == "<f2" ? 1e-3 : 1e-5, expected.Max(Math.Abs));
        var absolute = isTorch || input.Type == "<f8" ? 1e-6 * largest : 0;
        for (var i = 0; i < expected.Length; i++)
        {
            var actual = output.Type == "<f2" ? (float)(Half)values[i] : values[i];
            Assert.IsLessThanOrEqualTo(
                Math.Max(tolerance * Math.Abs(expected[i]), absolute),
                Math.Abs(expected[i] - actual),
                $"[{i}] is {actual}, expected {expected[i]}"
            );
        }
    }

    [TestMethod]
    public void NewShape_GoldenSpacings_IsNnUNets()
    {
        var cases = JsonNode.Parse(File.ReadAllText(TestData.RequireGolden($"{Folder}/compute_new_shape.json")))!.AsArray();
        foreach (var entry in cases)
        {
            T[] Row<T>(string key) => [.. entry![key]!.AsArray().Select(number => number!.GetValue<T>())];
            var shape = Row<int>("shape");
            var result = ArrayResampling.NewShape(
                new(1, shape[0], shape[1], shape[2]),
                Row<double>("old_spacing"),
                Row<double>("new_spacing")
            );
            CollectionAssert.AreEqual(Row<int>("new_shape"), new[] { result.Depth, result.Height, result.Width });
        }

        Assert.AreEqual(200, cases.Count);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    public void Images_AnyNumberOfThreads_AreTheSame(int threads)
    {
        var random = new RandomStream(3);
        var values = Enumerable.Range(0, 2 * 11 * 13 * 12).Select(_ => (float)random.NextGaussian()).ToArray();
        float[] At(int count) =>
            ArrayResampling.Images(
                values,
                new(2, 11, 13, 12),
                new(2, 15, 9, 21),
                PlannedResampling.Image,
                [1, 1, 1],
                [0.8, 1.4, 0.6],
                new() { MaxDegreeOfParallelism = count }
            );
        CollectionAssert.AreEqual(At(2), At(threads));
    }

    private static VolumeShape Shape(NumPyArray array) => new(array.Shape[0], array.Shape[1], array.Shape[2], array.Shape[3]);
}
