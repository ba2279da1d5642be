using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.MedicalSegmentation.Fixtures;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

/// <summary>
/// Forms beyond the presets come out of options alone: the parameters and outputs that the authors' code has with the same settings.
/// </summary>
/// <remarks>The numbers are in <c>NetworkVariants.json</c>; <c>NetworkVariants.md</c> says where they come from.</remarks>
[TestClass]
[DoNotParallelize]
public class NetworkVariantTests
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Lazy<Dictionary<string, Variant>> Variants = new(() =>
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("NetworkVariants.json")!;
        return JsonSerializer.Deserialize<Variant[]>(stream, Snake)!.ToDictionary(variant => variant.Name);
    });

    public static IEnumerable<object[]> Names => Variants.Value.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Options_GiveTheAuthorsParametersAndOutputs(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var variant = Variants.Value[name];
        var entry = NetworkList.Find(variant.Key);
        using var network = entry.Create(entry.ReadOptions(variant.Options.ToJsonString()));

        Assert.AreEqual(variant.ParameterCount, network.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(
            variant.Names,
            Hash(network.named_parameters().Select(parameter => (parameter.name, parameter.parameter.shape))),
            "names and shapes of parameters"
        );
        Assert.AreEqual(
            variant.Buffers,
            Hash(network.named_buffers().Select(buffer => (buffer.name, buffer.buffer.shape))),
            "names and shapes of buffers"
        );

        FixtureFill.Apply(network);
        network.train(variant.Training);
        var output = network.ForwardTraining(FixtureFill.Input(variant.InputShape));
        foreach (var (key, expected) in variant.Outputs)
        {
            expected.AssertClose(
                key,
                key == "logits" ? output.Logits : output.SideLogits[int.Parse(key.Split(' ')[1]) - 1],
                tolerance: 1e-3
            );
        }
    }

    // SHA-256 of the sorted lines "name [1, 2]", cut to 16 digits.
    private static string Hash(IEnumerable<(string Name, long[] Shape)> tensors)
    {
        var lines = tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]").Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))))[..16];
    }

    private sealed record Variant(
        string Name,
        string Key,
        JsonObject Options,
        bool Training,
        long[] InputShape,
        long ParameterCount,
        string Names,
        string Buffers,
        Dictionary<string, FixtureOutput> Outputs);
}
