using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>How large the inputs are.</summary>
internal enum BenchScale
{
    /// <summary>A test of the program: seconds, and no meaning.</summary>
    Tiny,

    /// <summary>What two cores take in minutes.</summary>
    Usual,

    /// <summary>The sizes of the papers, or of a GPU.</summary>
    Published,
}

/// <summary>The command line.</summary>
internal sealed record BenchOptions
{
    public const string Usage =
        """
        network-bench [--networks KEY,KEY] [--rounds 6] [--turn 2] [--warm-up 5] [--threads 2] [--scale tiny|usual|published]
                      [--device cpu|cuda] [--precision float32|bfloat16] [--no-onnx] [--no-plain] [--forward-only]
                      [--throughput] [--python PYTHON]
        """;

    public IReadOnlyList<string> Networks { get; private init; } = [];

    public int Rounds { get; private init; } = 6;

    /// <summary>Passes of a side before it is the next one's turn.</summary>
    public int Turn { get; private init; } = 2;

    /// <summary>Seconds of passes of a side before its first measured one; at least a turn.</summary>
    public double WarmUp { get; private init; } = 5;

    public int Threads { get; private init; } = 2;

    public BenchScale Scale { get; private init; } = BenchScale.Usual;

    public string Device { get; private init; } = "cpu";

    public string Precision { get; private init; } = "float32";

    public bool Onnx { get; private init; } = true;

    /// <summary>Whether PyTorch as it comes takes part, besides PyTorch tuned.</summary>
    public bool Plain { get; private init; } = true;

    public bool Train { get; private init; } = true;

    /// <summary>Whether one table of images per second is printed instead.</summary>
    public bool Throughput { get; private init; }

    public string? Python { get; private init; }

    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions();
        for (var at = 0; at < args.Length; at++)
        {
            string Next() =>
                ++at < args.Length ? args[at] : throw new ArgumentException($"{args[^1]} needs a value.{Environment.NewLine}{Usage}");
            options = args[at] switch
            {
                "--networks" => options with { Networks = Next().Split(',', StringSplitOptions.RemoveEmptyEntries) },
                "--rounds" => options with { Rounds = int.Parse(Next(), CultureInfo.InvariantCulture) },
                "--turn" => options with { Turn = int.Parse(Next(), CultureInfo.InvariantCulture) },
                "--warm-up" => options with { WarmUp = double.Parse(Next(), CultureInfo.InvariantCulture) },
                "--threads" => options with { Threads = int.Parse(Next(), CultureInfo.InvariantCulture) },
                "--scale" => options with { Scale = Enum.Parse<BenchScale>(Next(), ignoreCase: true) },
                "--device" => options with { Device = Next() },
                "--precision" => options with { Precision = Next() },
                "--no-onnx" => options with { Onnx = false },
                "--no-plain" => options with { Plain = false },
                "--forward-only" => options with { Train = false },
                "--throughput" => options with { Throughput = true },
                "--python" => options with { Python = Next() },
                _ => throw new ArgumentException($"{args[at]} is no option.{Environment.NewLine}{Usage}"),
            };
        }

        return options;
    }
}
