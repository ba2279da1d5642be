using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>
/// Answers requests on standard input as peer.py does: a side lives in a process of its own, so that its memory is its own.
/// </summary>
internal static class SideServer
{
    public static void Run(ISide side)
    {
        Console.WriteLine(side.Version);
        while (Console.ReadLine() is { } line)
        {
            var (request, argument) = line.Split(' ', 2) is [var first, var second] ? (first, second) : (line, string.Empty);
            switch (request)
            {
                case "forward":
                    Console.WriteLine(Repeat(argument, () =>
                    {
                        side.Forward();
                        return 0;
                    }));
                    break;
                case "train":
                    Console.WriteLine(Repeat(argument, () => side.Step(training: true)));
                    break;
                case "verify":
                    Console.WriteLine(Repeat(argument, () => side.Step(training: false)));
                    break;
                case "logits":
                    File.WriteAllBytes(argument, MemoryMarshal.AsBytes<float>(side.Logits()).ToArray());
                    Console.WriteLine("done");
                    break;
                default:
                    throw new ArgumentException($"'{line}' is no request.");
            }
        }
    }

    private static string Repeat(string count, Func<double> act)
    {
        var numbers = new double[int.Parse(count, CultureInfo.InvariantCulture) + 1];
        for (var at = 1; at < numbers.Length; at++)
        {
            var start = Stopwatch.GetTimestamp();
            numbers[0] = act();
            numbers[at] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return string.Join(' ', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
    }
}
