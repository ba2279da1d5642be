using Microsoft.ML.MedicalSegmentation.Fixtures;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Contracts;

/// <summary>What a network gives for a tile does not depend on the tiles that are scored with it.</summary>
[TestClass]
[DoNotParallelize]
public class TileBatchTests
{
    private const int Tiles = 3;
    private const int Classes = 3;

    public static IEnumerable<object[]> Cases => NetworkContractTests.Cases;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Run_BatchOfTiles_GivesTheBitsThatEachTileGivesAlone(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var network = ContractCases.Find(name).Create(channels: 1, Classes);
        FixtureFill.Apply(network);
        network.eval();
        var size = ContractCases.Find(name).Sizes(network)[0];
        using var session = new NetworkSession(OnnxRun.Export(network, [1, 1, .. size]), threads: 2, new(), Assert.Fail);
        var voxels = (int)size.Aggregate((product, side) => product * side);
        var random = new Random(5);
        var tiles = Enumerable.Range(0, Tiles * voxels).Select(_ => random.NextSingle()).ToArray();

        var together = Run(tiles, Tiles);

        for (var tile = 0; tile < Tiles; tile++)
        {
            var alone = Run(tiles[(tile * voxels)..((tile + 1) * voxels)], 1);
            CollectionAssert.AreEqual(alone, together[(tile * Classes * voxels)..((tile + 1) * Classes * voxels)], $"tile {tile}");
        }

        float[] Run(float[] given, int batch)
        {
            var results = new float[batch * Classes * voxels];
            session.Run(("image", [1, .. size]), given, ("logits", [Classes, .. size]), results, batch, false, "failed", default);
            return results;
        }
    }
}
