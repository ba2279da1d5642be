using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Export;

/// <summary>The graph that devices other than processors get.</summary>
[TestClass]
public sealed class PlainGraphTests
{
    [TestMethod]
    [DataRow("unet")]
    [DataRow("attention-unet")]
    public void Restore_OfARewrittenFile_ComputesTheSameWithPlainConvolutions(string key)
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(3);
        using var network = (
            NetworkList.Find(key).OptionsOf(null) with
            {
                Width = 4,
                Classes = 3,
                Depth = 3,
                SpatialDims = 3,
            }
        ).CreateNetwork();
        network.eval();
        var image = torch.randn([1, 1, 16, 16, 16]);
        var file = OnnxRun.Export(network, image.shape);

        var plain = PlainGraph.Restore(file);

        Assert.IsLessThan(1e-4, OnnxRun.Difference(OnnxRun.Logits(file, image), OnnxRun.Logits(plain, image)));
        Assert.IsGreaterThan(Operators(plain).Count(name => name != "Conv"), Operators(file).Count(name => name != "Conv"));
        CollectionAssert.AreEqual(plain, PlainGraph.Restore(file));
    }

    [TestMethod]
    public void Restore_OfADamagedEntry_IsRefused()
    {
        var file = OnnxMetadata.Append([], [new(PlainGraph.Key, "no base64!")]);
        Assert.ThrowsExactly<InputDataException>(() => PlainGraph.Restore(file));
        var other = OnnxMetadata.Append([], [new("medseg.format", "1")]);
        Assert.AreSame(other, PlainGraph.Restore(other));
    }

    private static List<string> Operators(byte[] file)
    {
        var names = new List<string>();
        for (var model = new ProtobufReader(file); model.Next();)
        {
            for (var graph = new ProtobufReader(model.Field == 7 ? model.Bytes : []); graph.Next();)
            {
                for (var node = new ProtobufReader(graph.Field == 1 ? graph.Bytes : []); node.Next();)
                {
                    if (node.Field == 4)
                    {
                        names.Add(System.Text.Encoding.UTF8.GetString(node.Bytes));
                    }
                }
            }
        }

        return names;
    }
}
