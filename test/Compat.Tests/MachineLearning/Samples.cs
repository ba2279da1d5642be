using Microsoft.ML.Data;

namespace Compat.MachineLearning;

/// <summary>One row with a member of each kind that views know.</summary>
public sealed class SampleRow
{
    public string Name { get; set; } = string.Empty;

    public ReadOnlyMemory<char> Text;

    public float Weight { get; set; }

    public double Height;

    public bool IsGood { get; set; }

    public int Count { get; set; }

    public long Big { get; set; }

    public byte Small { get; set; }

    public DateTime Day { get; set; }

    [KeyType(5)]
    public uint Grade { get; set; }

    [VectorType(2, 3)]
    public float[] Grid { get; set; } = [];

    public string[] Words { get; set; } = [];

    public VBuffer<float> Buffer { get; set; }

    [NoColumn]
    public object? Ignored { get; set; }

    [ColumnName("Renamed")]
    public short Original { get; set; }

    public static SampleRow Make(int i) => new()
    {
        Name = $"row {i}",
        Text = $"text {i}".AsMemory(),
        Weight = i + 0.5f,
        Height = i * 2.25,
        IsGood = i % 2 == 0,
        Count = i,
        Big = 1L << (i + 32),
        Small = (byte)i,
        Day = new DateTime(2020, 1, 1).AddDays(i),
        Grade = (uint)(i % 5),
        Grid = [i, i + 1, i + 2, i + 3, i + 4, i + 5],
        Words = ["a", $"b{i}"],
        Buffer = new VBuffer<float>(3, [i, -i, 0]),
        Original = (short)-i,
    };
}

public sealed class NumberRow
{
    public int Number { get; set; }

    public float Value { get; set; }

    public string Group { get; set; } = string.Empty;

    public static NumberRow[] Make(int count) => Enumerable.Range(0, count)
        .Select(i => new NumberRow { Number = i, Value = i, Group = $"g{i / 4}" }).ToArray();
}
