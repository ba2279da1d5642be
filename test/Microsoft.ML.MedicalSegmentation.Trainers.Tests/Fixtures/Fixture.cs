using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>The golden values of one network or layer of the original research code; see the folder's README.</summary>
internal sealed record Fixture(
    string Network,
    long ParameterCount,
    long[] InputShape,
    IReadOnlyList<FixtureTensor> Parameters,
    IReadOnlyList<FixtureTensor> Buffers,
    IReadOnlyDictionary<string, FixtureOutput> Outputs,
    IReadOnlyDictionary<string, double>? Losses = null)
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Layers are compared more closely than whole networks.</summary>
    public bool IsLayer => Network.StartsWith("layer_", StringComparison.Ordinal);

    public double Tolerance => IsLayer ? 1e-5 : 1e-3;

    public static Fixture Read(string path)
    {
        using var file = File.OpenRead(path);
        return JsonSerializer.Deserialize<Fixture>(file, Snake) ?? throw new InvalidDataException($"{path} is empty.");
    }

    /// <summary>Whether the fixture's name begins so.</summary>
    public bool IsNamed(string beginning) => Network.StartsWith(beginning, StringComparison.OrdinalIgnoreCase);

    public bool Has(string parameter) => Parameters.Any(candidate => candidate.Name == parameter);

    /// <summary>The shape of a parameter by its original name.</summary>
    public long[] Shape(string parameter) => Parameters.First(candidate => candidate.Name == parameter).Shape;

    /// <summary>How many numbers i from 1 on give a parameter of the name <c>format(i)</c>.</summary>
    public int Count(Func<int, string> format) => Enumerable.Range(1, 100).TakeWhile(number => Has(format(number))).Count();
}

internal sealed record FixtureTensor(string Name, long[] Shape, bool Trainable);

internal sealed record FixtureOutput(
    long[] Shape, double Sum, double Mean, double MeanAbs, double Std, double Min, double Max, long[] Index, double[] Value);
