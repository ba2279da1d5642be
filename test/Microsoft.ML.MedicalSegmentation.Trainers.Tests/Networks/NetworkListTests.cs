using Microsoft.ML.MedicalSegmentation.Networks.AttentionUNets;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.UNets;

namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
[DoNotParallelize]
public class NetworkListTests
{
    [TestMethod]
    public void All_HoldsEverySegmentationNetworkOfTheAssembly()
    {
        // These give no map of classes: a classifier, and an encoder with its head during pre-training.
        Type[] others = [typeof(ResNets.ResNet), typeof(Pretraining.ContrastiveNetwork)];
        var written = typeof(Network)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Network)) && !type.IsAbstract)
            .Except(others);
        var listed = Contracts.ContractCases.All.Select(contract =>
        {
            using var network = contract.Create(1, 2);
            return network.GetType();
        });

        CollectionAssert.AreEquivalent(written.ToList(), listed.Distinct().ToList());
    }

    [TestMethod]
    public void All_HasKeysOfSmallLettersOnce_WithPaperAndSummary()
    {
        CollectionAssert.AllItemsAreUnique(NetworkList.All.Select(entry => entry.Key).ToList());
        foreach (var entry in NetworkList.All)
        {
            StringAssert.Matches(entry.Key, new("^[a-z0-9-]+$"));
            StringAssert.Contains(entry.Paper, "https://");
            Assert.AreNotEqual("", entry.Summary);
        }
    }

    [TestMethod]
    public void Find_UnknownKey_ListsTheNetworks()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => NetworkList.Find("attention-net"));

        StringAssert.Contains(error.Message, "'attention-net'");
        foreach (var entry in NetworkList.All)
        {
            StringAssert.Contains(error.Message, entry.Key);
        }
    }

    [TestMethod]
    public void OptionsOf_UnknownPreset_ListsThePresets()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => AttentionUNet.Entry.OptionsOf("pancreas"));

        StringAssert.Contains(error.Message, "'pancreas'");
        StringAssert.Contains(error.Message, "multi-gate");
    }

    [TestMethod]
    public void OptionsOf_AnyCase_IsThePresetToChange()
    {
        using var network = (
            NetworkList.Find("Attention-UNet").OptionsOf("Single-Gate") with
            {
                InputChannels = 2,
                Classes = 7,
                Width = 4,
                Depth = 2,
            }
        ).CreateNetwork();

        var options = (AttentionUNetOptions)network.Options;
        Assert.AreEqual((AttentionUNetForm.SingleGate, 2, 7, 4), (options.Form, options.InputChannels, options.Classes, options.Width));
    }

    [TestMethod]
    public void Create_ImpossibleOptions_NamesEveryFault()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            new AttentionUNetOptions
            {
                SpatialDims = 4,
                InputChannels = 0,
                Classes = 0,
                Width = 0,
                Depth = 1,
                Kernel = 4,
            }.CreateNetwork()
        );

        foreach (
            var fact in new[]
            {
                "6 faults",
                "SpatialDims is 4",
                "InputChannels is 0",
                "Classes is 0",
                "Width is 0",
                "Depth is 1",
                "Kernel is 4",
            }
        )
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    [DataRow("attention-unet", 3, null, int.MaxValue, "Depth is 2147483647; it must be at most 8")]
    [DataRow("unet", 3, 1000, 13, "Depth is 13; it must be at most 12. MaximumWidth is 320")]
    [DataRow("unetr-plus-plus", 3, 3, null, "Width is 3; it must be even and a multiple of the 4 heads")]
    [DataRow("medical-transformer", 2, 12, 3, "Width is 12; it must be a multiple of the 8 groups. Depth is 3; this network's is fixed")]
    [DataRow("transattunet", 2, null, 30, "Depth is 30; it must be at most 8")]
    [DataRow("ca-net", 2, null, 30, "Depth is 30; it must be at most 8")]
    [DataRow("multi-scale-dual-attention", 2, null, 3, "Depth is 3; the network has 4 scales")]
    [DataRow("dual-attention", 2, null, 4, "Depth is 4; ResNet101 has one depth")]
    public void Create_OptionsOfAllNetworks_AreCheckedAsThisNetworksOwn(string key, int dims, int? width, int? depth, string fault)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            (NetworkList.Find(key).DefaultOptions with { SpatialDims = dims, Width = width, Depth = depth }).CreateNetwork()
        );

        StringAssert.Contains(error.Message, fault);
    }

    [TestMethod]
    public void Create_OptionsOfAnotherNetwork_AreRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => UNet.Entry.Create(new AttentionUNetOptions { Width = 4 }));

        StringAssert.Contains(error.Message, "unet was given AttentionUNetOptions. Give UNetOptions.");
    }

    [TestMethod]
    public void Create_BeyondAllMemory_SaysWhatToMakeSmaller()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            new AttentionUNetOptions
            {
                InputChannels = int.MaxValue,
                Width = 1 << 20,
                Depth = 2,
            }.CreateNetwork()
        );

        StringAssert.Contains(error.Message, "attention-unet with 2147483647 channels, 2 classes and width 1048576 cannot be built");
    }
}
