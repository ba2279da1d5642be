using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How volumes are read.</summary>
public sealed record VolumeReadOptions
{
    /// <summary>
    /// The environment variable that sets the default of <see cref="MaximumBytes"/> for a whole process, such as a command.
    /// </summary>
    public const string MaximumBytesVariable = "MEDSEG_MAXIMUM_BYTES";

    // A whole-body CT in 16 bits, or labels of one in double precision, is below this; real images pack to a tenth at best.
    private const long UnpackedBytes = 3L << 29;
    private const int UnpackedRatio = 100;

    private static readonly long? LimitOfProcess =
        long.TryParse(
            Environment.GetEnvironmentVariable(MaximumBytesVariable),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var bytes
        )
        && bytes > 0
            ? bytes
            : null;

    /// <summary>The defaults.</summary>
    public static VolumeReadOptions Default { get; } = new();

    /// <summary>How many threads read one file or series.</summary>
    /// <value>At least 1. Default: one per processor, at most 8.</value>
    public int MaximumThreads { get; init; } = Math.Min(Environment.ProcessorCount, 8);

    /// <summary>Whether pixels are read as the numbers that the file stores, as labels are.</summary>
    /// <value>
    /// Default false. True gives the numbers of palette colours instead of the colours, in one channel, and does not invert
    /// pictures whose 0 is white (TIFF's WhiteIsZero, DICOM's MONOCHROME1). Reading labels sets it.
    /// </value>
    public bool KeepStoredNumbers { get; init; }

    /// <summary>The most bytes that the voxels of one volume may take in memory.</summary>
    /// <value>
    /// At least 1; larger volumes are refused before memory is taken for them. Default: the environment variable
    /// <see cref="MaximumBytesVariable"/>, or null if it is not set. Null limits packed files only, so that a small file cannot
    /// fill the memory: they may give 1.5 GiB, or 100 times their own size where that is more.
    /// </value>
    public long? MaximumBytes { get; init; } = LimitOfProcess;

    /// <summary>Ends reading.</summary>
    internal CancellationToken CancellationToken { get; init; }

    /// <summary>Files in memory, for asynchronous reading; null reads files where they lie.</summary>
    internal FileBuffers? Buffers { get; init; }

    /// <summary>Fails for options out of range.</summary>
    /// <exception cref="ArgumentException">Names every option that is out of range.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        if (MaximumThreads < 1)
        {
            faults.Add($"{nameof(MaximumThreads)} is {MaximumThreads}; it must be at least 1");
        }

        if (MaximumBytes < 1)
        {
            faults.Add($"{nameof(MaximumBytes)} is {MaximumBytes}; it must be at least 1, or null");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException($"The read options are out of range: {string.Join("; ", faults)}.");
        }
    }

    /// <summary>Fails if voxels are larger than the caller wants, before memory is taken for them.</summary>
    /// <param name="bytes">What the voxels take in memory.</param>
    /// <param name="packedBytes">What the file has for them where they are packed; null for plain files.</param>
    /// <param name="source">The file, for errors.</param>
    /// <param name="format">The format, for errors.</param>
    /// <exception cref="VolumeFormatException">They are larger.</exception>
    internal void RequireAllowed(long bytes, long? packedBytes, string source, string format)
    {
        if (
            MaximumBytes is { } most
                ? bytes > most
                : packedBytes is { } packed && bytes > Int128.Max(UnpackedBytes, (Int128)packed * UnpackedRatio)
        )
        {
            var limit = MaximumBytes is null
                ? $"a packed file of {packedBytes} bytes may give {Math.Max(UnpackedBytes, (packedBytes ?? 0) * UnpackedRatio)}"
                : $"{MaximumBytes} are allowed";
            throw new VolumeFormatException(
                source,
                format,
                null,
                $"its voxels take {bytes} bytes in memory; {limit}. Where the file can be trusted, set the environment variable "
                    + $"{MaximumBytesVariable} to more, or in an application {nameof(MaximumBytes)}."
            );
        }
    }
}
