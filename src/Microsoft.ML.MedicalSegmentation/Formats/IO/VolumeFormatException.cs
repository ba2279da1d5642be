using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A file, or a folder of files, that cannot be read as a volume: the file is to blame, not the caller.</summary>
public sealed class VolumeFormatException : InputDataException
{
    private const int MostNamedFaults = 8;

    /// <summary>Names what is wrong and where.</summary>
    /// <param name="source">The file or folder, as the caller gave it.</param>
    /// <param name="format">The format, such as "NIfTI-1"; null if none was recognised.</param>
    /// <param name="field">The header field, such as "dim[0]"; null if no single field is to blame.</param>
    /// <param name="message">What the file has, what is required, what to do.</param>
    /// <param name="innerException">The fault underneath, if there is one.</param>
    public VolumeFormatException(string source, string? format, string? field, string message, Exception? innerException = null)
        : base($"{source}: {Blame(format, field)}{message}", innerException)
    {
        FileName = source;
        Format = format;
        Field = field;
    }

    /// <summary>Names every rule that a header breaks.</summary>
    /// <param name="source">The file or folder, as the caller gave it.</param>
    /// <param name="format">The format, such as "NIfTI-1".</param>
    /// <param name="faults">The broken rules, at least one.</param>
    public VolumeFormatException(string source, string format, IReadOnlyList<HeaderFault> faults)
        : base($"{source}: {format} header field {string.Join("; field ", faults.Take(MostNamedFaults))}{More(faults)}.")
    {
        FileName = source;
        Format = format;
        Field = faults[0].Field;
        Faults = faults;
    }

    /// <summary>The file or folder, as the caller gave it.</summary>
    public string FileName { get; }

    /// <summary>The format, such as "NIfTI-1"; null if none was recognised.</summary>
    public string? Format { get; }

    /// <summary>The header field to blame; null if no single field is.</summary>
    public string? Field { get; }

    /// <summary>Every rule that the header breaks; empty if the fault lies elsewhere.</summary>
    public IReadOnlyList<HeaderFault> Faults { get; } = [];

    private static string More(IReadOnlyList<HeaderFault> faults)
        => faults.Count > MostNamedFaults ? $"; and {faults.Count - MostNamedFaults} more" : "";

    private static string Blame(string? format, string? field) => (format, field) switch
    {
        (null, null) => "",
        (_, null) => $"{format}: ",
        (null, _) => $"header field {field}: ",
        _ => $"{format} header field {field}: ",
    };
}
