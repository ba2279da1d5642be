using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>The golden values of one network or layer of the original research code; see the folder's README.</summary>
/// <remarks>Only the name, the input's shape and the parameters are required; what else is missing is not compared.</remarks>
internal sealed partial record Fixture(
    string Network,
    string? Note,
    long? ParameterCount,
    long[] InputShape,
    IReadOnlyList<FixtureTensor> Parameters,
    IReadOnlyList<FixtureTensor>? Buffers,
    IReadOnlyDictionary<string, FixtureOutput>? Outputs,
    IReadOnlyDictionary<string, double>? Losses = null)
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Layers are compared more closely than whole networks.</summary>
    public bool IsLayer => Network.StartsWith("layer_", StringComparison.Ordinal);

    public double Tolerance => IsLayer ? 1e-5 : 1e-3;

    /// <summary>Whether the outputs are those of training mode, with the statistics of the batch.</summary>
    public bool IsOfTraining => Note is not null && TrainingMode().IsMatch(Note) && !Says("eval mode");

    public static Fixture Read(string path)
    {
        using var file = File.OpenRead(path);
        var fixture = JsonSerializer.Deserialize<Fixture>(file, Snake) ?? throw new InvalidDataException($"{path} is empty.");
        foreach (
            var (name, value) in new (string, object?)[]
            {
                ("network", fixture.Network),
                ("input_shape", fixture.InputShape),
                ("parameters", fixture.Parameters),
            }
        )
        {
            _ = value ?? throw new InvalidDataException($"{path} has no '{name}'.");
        }

        return fixture;
    }

    /// <summary>Whether name or note hold a text.</summary>
    public bool Says(string text) => $"{Network} {Note}".Contains(text, StringComparison.OrdinalIgnoreCase);

    public bool Has(string parameter) => Parameters.Any(candidate => candidate.Name == parameter);

    /// <summary>The shape of a parameter by its original name.</summary>
    public long[] Shape(string parameter) => Parameters.FirstOrDefault(candidate => candidate.Name == parameter)?.Shape
        ?? throw new InvalidDataException($"The fixture '{Network}' has no parameter '{parameter}', from which its options are read.");

    /// <summary>How many numbers i from 1 on give a parameter of the name <c>format(i)</c>.</summary>
    public int Count(Func<int, string> format) => Enumerable.Range(1, 100).TakeWhile(number => Has(format(number))).Count();

    [GeneratedRegex(@"\btrain(ing)?[ -]?mode|\.train\(", RegexOptions.IgnoreCase)]
    private static partial Regex TrainingMode();
}

internal sealed record FixtureTensor(string Name, long[] Shape, bool? Trainable = null);
