using System.Text;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Reads the lines of a text header and leaves the stream right behind the last one.</summary>
/// <param name="stream">Positioned at the start of the header.</param>
/// <param name="source">The file, as the caller gave it.</param>
/// <param name="format">The format, such as "NRRD".</param>
internal sealed class TextHeaderReader(Stream stream, string source, string format)
{
    // Segmentations with hundreds of named structures have headers of some 100 KiB.
    private const int LongestHeader = 4 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<byte> _line = [];
    private int _total;

    /// <summary>The next line without its end; null at the end of the file.</summary>
    /// <exception cref="VolumeFormatException">The line is no UTF-8 text, or the header never ends.</exception>
    public string? ReadLine()
    {
        _line.Clear();
        int value;
        while ((value = stream.ReadByte()) >= 0 && value != '\n')
        {
            _line.Add((byte)value);
            if (++_total > LongestHeader)
            {
                throw new VolumeFormatException(source, format, null, $"the header has no end within {LongestHeader >> 20} MiB. The file is damaged or of another kind.");
            }
        }

        if (value < 0 && _line.Count == 0)
        {
            return null;
        }

        try
        {
            return StrictUtf8.GetString(_line.ToArray()).TrimEnd('\r');
        }
        catch (DecoderFallbackException fault)
        {
            throw new VolumeFormatException(source, format, null, $"a line of the header is no text: byte {fault.Index} of it is not valid UTF-8. The file is damaged or of another kind.", fault);
        }
    }
}
