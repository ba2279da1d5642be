using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>How many damaged files of a sample are tried, and what was seen of them.</summary>
internal sealed class FuzzRun
{
    // What readers take whatever the file, some KiB of buffers, would be the multiple of shorter files.
    private const int LongEnough = 1024;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private double _largestRatio;
    private string _largest = "no file was so long";
    private long _mostBytes;
    private int _read;
    private int _refused;

    /// <summary>The seed of the first file.</summary>
    public static int FirstSeed { get; } = Setting("MEDSEG_FUZZ_SEED") ?? 0;

    /// <summary>Files of a sample.</summary>
    /// <param name="format">The sample's format.</param>
    /// <param name="samples">How many samples each format has; asked for in long runs only.</param>
    public static int CountFor(string format, Func<IReadOnlyDictionary<string, int>> samples)
    {
        const int shortRun = 60;
        var chosen = Environment.GetEnvironmentVariable("MEDSEG_FUZZ_FORMAT");
        return Setting("MEDSEG_FUZZ_PER_FORMAT") is not { } total ? Setting("MEDSEG_FUZZ_COUNT") ?? shortRun
            : !string.IsNullOrEmpty(chosen) && chosen != format ? 0
            : (total + samples()[format] - 1) / samples()[format];
    }

    /// <summary>Notes one file.</summary>
    public void Add(int seed, bool isVolume, long allocated, long length)
    {
        _read += isVolume ? 1 : 0;
        _refused += isVolume ? 0 : 1;
        _mostBytes = Math.Max(_mostBytes, allocated);
        var ratio = (double)allocated / Math.Max(1, length);
        if (length >= LongEnough && ratio > _largestRatio)
        {
            _largestRatio = ratio;
            _largest = $"{ratio:0.#} times the file ({allocated} bytes for {length}, seed {seed})";
        }
    }

    /// <summary>Seeds, throughput and memory in one line, to the test's output and to the file that MEDSEG_FUZZ_REPORT names.</summary>
    public void Report(TestContext? context, string format, string sample)
    {
        var count = _read + _refused;
        if (count == 0)
        {
            return;
        }

        var seconds = _clock.Elapsed.TotalSeconds;
        var line =
            $"{format}\t{sample}\t{count} files\tseeds {FirstSeed} to {FirstSeed + count - 1}\t{seconds:0.0} "
            + $"s\t{count / seconds:0} a second\t{_read} read\t{_refused} refused\tat most {_mostBytes} bytes\tof "
            + $"files from {LongEnough} bytes on: {_largest}";
        context?.WriteLine(line.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("MEDSEG_FUZZ_REPORT") is { Length: > 0 } path)
        {
            File.AppendAllText(path, line + Environment.NewLine);
        }
    }

    private static int? Setting(string variable)
        => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : null;
}
