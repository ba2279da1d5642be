using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>Reads the lines of a text header and leaves the stream right after the last one.</summary>
/// <param name="stream">Positioned at the start of the header.</param>
/// <param name="source">The file, as the caller gave it.</param>
/// <param name="format">The format, such as "NRRD".</param>
internal sealed class TextHeaderReader(Stream stream, string source, string format)
{
    // Segmentations with hundreds of named structures have headers of some 100 KiB.
    private const int LongestHeader = 4 << 20;

    private readonly List<byte> _line = [];
    private int _total;

    /// <summary>True if a line was no UTF-8; it was taken as Latin-1, so that no byte is lost.</summary>
    public bool HasOtherText { get; private set; }

    /// <summary>Notes a text that is not UTF-8.</summary>
    public void Note(HeaderReport report)
    {
        if (HasOtherText)
        {
            report.Note("A text of the header is not UTF-8; it was taken as Latin-1. Voxels and their place do not depend on it.");
        }
    }

    /// <summary>The next line without its end; null at the end of the file.</summary>
    /// <exception cref="VolumeFormatException">The header never ends.</exception>
    public string? ReadLine()
    {
        _line.Clear();
        int value;
        while ((value = stream.ReadByte()) >= 0 && value != '\n')
        {
            _line.Add((byte)value);
            if (++_total > LongestHeader)
            {
                throw new VolumeFormatException(
                    source,
                    format,
                    null,
                    $"the header has no end within {LongestHeader >> 20} MiB. The file is damaged or of another kind."
                );
            }
        }

        if (value < 0 && _line.Count == 0)
        {
            return null;
        }

        var bytes = CollectionsMarshal.AsSpan(_line);
        var isUtf8 = Utf8.IsValid(bytes);
        HasOtherText |= !isUtf8;
        return (isUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes).TrimEnd('\r');
    }
}
