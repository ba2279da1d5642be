using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Networks.AttentionUNets;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.MedicalTransformers;
using Microsoft.ML.MedicalSegmentation.Networks.UNETRPlusPlusNets;

namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
[DoNotParallelize]
public class NetworkCostTests
{
    // Counted with hooks on the authors' networks in PyTorch (convolutions and linear layers), at the same inputs.
    [TestMethod]
    [DataRow("attention-unet", "multi-gate", 6_473_322L, 9.24e9)]
    [DataRow("attention-unet", "single-gate", 6_214_151L, 9.15e9)]
    [DataRow("attention-unet", "ungated", 5_888_004L, 9.05e9)]
    [DataRow("attention-unet", "shared-signal", 2_221_815L, 7.21e9)]
    [DataRow("attention-unet", "community", 34_878_573L, 66.4e9)]
    [DataRow("attention-unet", "community-ungated", 34_527_041L, 65.3e9)]
    [DataRow("medical-transformer", "axial", 1_326_850L, 282_689_536)]
    [DataRow("medical-transformer", "gated", 1_326_914L, 282_689_536)]
    [DataRow("medical-transformer", "medt", 1_560_140L, 1_053_130_752)]
    [DataRow("medical-transformer", "logo", 1_529_532L, 1_053_130_752)]
    [DataRow("ca-net", "isic-2018", 2_785_610L, 5.61e9)]
    [DataRow("transattunet", "residual", 25_965_770L, 88.4e9)]
    [DataRow("unetr-plus-plus", "synapse", 42_952_850L, 46.2e9)]
    [DataRow("unetr-plus-plus", "acdc", 66_796_404L, 42.4e9)]
    [DataRow("unetr-plus-plus", "lung", 121_174_798L, 122.2e9)]
    [DataRow("unetr-plus-plus", "brats", 42_647_604L, 70.5e9)]
    [DataRow("dual-attention", "cityscapes", 66_454_779L, 619.5e9)]
    [DataRow("multi-scale-dual-attention", "chaos", 104_511_475L, 98.5e9)]
    public void Of_PublishedForms_EqualsTheAuthorsCode(string key, string preset, long parameters, double multiplyAccumulates)
    {
        var cost = NetworkCost.Of(NetworkList.Find(key), preset);

        Assert.AreEqual(parameters, cost.Parameters);
        Assert.AreEqual(1, cost.MultiplyAccumulates / multiplyAccumulates, 0.006, $"{cost.MultiplyAccumulates:N0}");
    }

    // A hook that takes no account of the batch gives 0.214 and 0.968 G for these networks: their rows and columns lie in the batch of a
    // convolution along one axis, of which it counts a single one. All of them are counted here.
    [TestMethod]
    [DataRow("axial", 211_386_368L, 71_303_168L, 2_818_048L, 0.214)]
    [DataRow("medt", 956_661_760L, 96_468_992L, 11_730_944L, 0.968)]
    public void Of_MedicalTransformer_CountsEveryRowAndColumn(
        string preset,
        long inPlanes,
        long alongAxes,
        long ofOneLine,
        double withoutTheBatch
    )
    {
        Assert.AreEqual(inPlanes + alongAxes, NetworkCost.Of(MedicalTransformer.Entry, preset).MultiplyAccumulates);
        Assert.AreEqual(withoutTheBatch, (inPlanes + ofOneLine) / 1e9, 0.0005);
    }

    [TestMethod]
    public void Of_UnetrPlusPlus_CountsAttentionApart()
    {
        var cost = NetworkCost.Of(UNETRPlusPlus.Entry, "synapse");

        // The authors' log says 47.94 G, with norms.
        Assert.AreEqual(47.94, (cost.MultiplyAccumulates + cost.AttentionMultiplyAccumulates) / 1e9, 0.6);
        CollectionAssert.AreEqual(new long[] { 1, 64, 128, 128 }, cost.Input.ToArray());
    }

    [TestMethod]
    public void Options_AsJson_BuildTheSameNetwork()
    {
        foreach (var contract in Contracts.ContractCases.All)
        {
            using var network = contract.Create(2, 3);
            var json = NetworkOptionsJson.Write(network.Options);

            using var again = contract.Entry.Create(NetworkOptionsJson.Read(contract.Entry, json));

            Assert.AreEqual(network.Options.GetType(), again.Options.GetType(), contract.Name);
            Assert.AreEqual(NetworkOptionsJson.Write(network.Options), NetworkOptionsJson.Write(again.Options), contract.Name);
            CollectionAssert.AreEqual(
                network.named_parameters().Select(entry => $"{entry.name} {string.Join(",", entry.parameter.shape)}").ToList(),
                again.named_parameters().Select(entry => $"{entry.name} {string.Join(",", entry.parameter.shape)}").ToList(),
                contract.Name);
        }
    }

    [TestMethod]
    [DataRow("""{"width":4,"spiral":true}""")]
    [DataRow("""{"width":"wide"}""")]
    [DataRow("""{"form":"Round"}""")]
    [DataRow("[")]
    public void Options_OfALaterVersionOrDamaged_AreRefused(string json)
    {
        var error = Assert.ThrowsExactly<InputDataException>(() => NetworkOptionsJson.Read(AttentionUNet.Entry, json));

        StringAssert.Contains(error.Message, "later version");
        Assert.IsInstanceOfType<JsonException>(error.InnerException);
    }
}
