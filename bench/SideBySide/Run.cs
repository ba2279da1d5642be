using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Benchmarks.SideBySide;

/// <summary>What one process measured: seconds by the clock and of all processors, and bytes by which it grew at its peak.</summary>
internal sealed record Run(double Seconds, double Processor, double Bytes)
{
    /// <summary>Reads "seconds processor-seconds kilobytes", which both sides print.</summary>
    public static Run Parse(string line)
    {
        var numbers = line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        return new(numbers[0], numbers[1], 1024 * numbers[2]);
    }
}
