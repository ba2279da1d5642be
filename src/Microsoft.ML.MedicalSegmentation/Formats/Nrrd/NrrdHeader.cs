using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>The lines of a NRRD header: fields in canonical names, key/value pairs and comments, unchecked.</summary>
/// <remarks>http://teem.sourceforge.net/nrrd/format.html.</remarks>
internal sealed class NrrdHeader
{
    private readonly Dictionary<string, string> _fields = [];

    /// <summary>The first line, such as "NRRD0004".</summary>
    public string Magic { get; private init; } = "";

    /// <summary>Pairs that users add, in their order; kept for round trips. They may name a patient, so they are never shown.</summary>
    public List<(string Key, string Value)> KeyValues { get; } = [];

    /// <summary>Files of "data file: LIST", one a line.</summary>
    public List<string> DataFiles { get; } = [];

    /// <summary>A field by its canonical name; null if the header has none.</summary>
    public string? this[string field] => _fields.GetValueOrDefault(field);

    /// <summary>True if the first bytes are NRRD's.</summary>
    public static bool Recognise(ReadOnlySpan<byte> start) => start.Length >= 8 && start[..4].SequenceEqual("NRRD"u8);

    /// <summary>Reads lines up to the blank one before attached voxels, or to the end of a detached header.</summary>
    public static NrrdHeader Read(TextHeaderReader lines, HeaderReport report)
    {
        var header = new NrrdHeader { Magic = lines.ReadLine() ?? "" };
        report.Require(
            header.Magic is ['N', 'R', 'R', 'D', '0', '0', '0', >= '1' and <= '5'],
            "magic",
            header.Magic.Length > 8 ? header.Magic[..8] : header.Magic,
            "the versions read are NRRD0001 to NRRD0005"
        );
        report.ThrowIfFaulty();
        string? line;
        while ((line = lines.ReadLine()) is { Length: > 0 })
        {
            if (line[0] != '#')
            {
                header.Add(line, report);
            }

            if (header["data file"]?.StartsWith("LIST", StringComparison.Ordinal) == true)
            {
                while (lines.ReadLine() is { Length: > 0 } file)
                {
                    header.DataFiles.Add(file.Trim());
                }

                break;
            }
        }

        report.Require(
            line is not null || header["data file"] is not null,
            "(end)",
            "missing",
            "a blank line must stand between header and voxels. The file is cut short"
        );
        return header;
    }

    /// <summary>Words of a field that are separated by white space; none if the header lacks it.</summary>
    public string[] Words(string field) => this[field]?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];

    private void Add(string line, HeaderReport report)
    {
        var pair = line.IndexOf(":=", StringComparison.Ordinal);
        var field = line.IndexOf(": ", StringComparison.Ordinal);
        if (pair >= 0 && (field < 0 || pair < field))
        {
            KeyValues.Add((line[..pair], line[(pair + 2)..]));
            return;
        }

        field = field < 0 && line.EndsWith(':') ? line.Length - 1 : field;
        if (field < 0)
        {
            // The line itself is not shown: it may be a value that belongs to a patient.
            report.Fault("(line)", $"of {line.Length} characters", "a header line must be 'field: value', 'key:=value' or '# comment'");
            return;
        }

        if (!_fields.TryAdd(CanonicalName(line[..field]), line[(field + 1)..].Trim()))
        {
            report.Fault(line[..field], "given twice", "the field may stand only once");
        }
    }

    /// <summary>The specification allows several spellings of some fields.</summary>
    private static string CanonicalName(string name) => name.Trim().ToLowerInvariant() switch
    {
        "datafile" => "data file",
        "byteskip" => "byte skip",
        "lineskip" => "line skip",
        "centerings" => "centers",
        "blocksize" => "block size",
        "axismins" => "axis mins",
        "axismaxs" => "axis maxs",
        var other => other,
    };
}
