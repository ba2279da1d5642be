using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

/// <summary>Attributes by tag. Values are read when asked for, and a wrong one fails with the tag and the file.</summary>
/// <param name="source">The file, as the caller gave it.</param>
internal sealed class DicomDataSet(string source)
{
    private readonly Dictionary<DicomTag, DicomElement> _elements = [];

    /// <summary>The file, as the caller gave it.</summary>
    public string Source { get; } = source;

    /// <summary>Every attribute that was kept, in any order.</summary>
    public IReadOnlyDictionary<DicomTag, DicomElement> Elements => _elements;

    public DicomElement? this[DicomTag tag] => _elements.GetValueOrDefault(tag);

    /// <summary>Adds an attribute; false if it is there already.</summary>
    public bool TryAdd(DicomTag tag, DicomElement element) => _elements.TryAdd(tag, element);

    /// <summary>True if the attribute is there with a value.</summary>
    public bool Has(DicomTag tag) => this[tag] is { } element && (element.Value.Length > 0 || element.Items is { Count: > 0 });

    /// <summary>Text without the padding; null where absent or empty. Latin-1: none of our texts needs more.</summary>
    public string? Text(DicomTag tag) =>
        this[tag] is { Value.Length: > 0 } element && Encoding.Latin1.GetString(element.Value).Trim('\0', ' ') is { Length: > 0 } text
            ? text
            : null;

    /// <summary>Text of at most 64 characters, for messages: a hostile file must not fill a log.</summary>
    public string? ShortText(DicomTag tag) => Text(tag) is { } text ? (text.Length <= 64 ? text : text[..64] + "...") : null;

    /// <summary>The parts of a text that backslashes separate.</summary>
    public string[] Texts(DicomTag tag) => Text(tag) is { } text ? [.. text.Split('\\').Select(part => part.Trim(' ', '\0'))] : [];

    /// <summary>Numbers, whatever the value representation keeps them as; empty where absent.</summary>
    public double[] Numbers(DicomTag tag)
    {
        if (this[tag] is not { Value.Length: > 0 } element)
        {
            return [];
        }

        var bytes = element.Value;
        var vr = element.Vr is "OB" or "UN" ? DicomDictionary.VrOf(tag) ?? element.Vr : element.Vr;
        return vr switch
        {
            "US" or "OW" => Decode(
                tag,
                bytes,
                2,
                b => element.BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(b) : BinaryPrimitives.ReadUInt16LittleEndian(b)
            ),
            "SS" => Decode(
                tag,
                bytes,
                2,
                b => element.BigEndian ? BinaryPrimitives.ReadInt16BigEndian(b) : BinaryPrimitives.ReadInt16LittleEndian(b)
            ),
            "UL" => Decode(
                tag,
                bytes,
                4,
                b => element.BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(b) : BinaryPrimitives.ReadUInt32LittleEndian(b)
            ),
            "SL" => Decode(
                tag,
                bytes,
                4,
                b => element.BigEndian ? BinaryPrimitives.ReadInt32BigEndian(b) : BinaryPrimitives.ReadInt32LittleEndian(b)
            ),
            "FL" => Decode(
                tag,
                bytes,
                4,
                b => element.BigEndian ? BinaryPrimitives.ReadSingleBigEndian(b) : BinaryPrimitives.ReadSingleLittleEndian(b)
            ),
            "FD" => Decode(
                tag,
                bytes,
                8,
                b => element.BigEndian ? BinaryPrimitives.ReadDoubleBigEndian(b) : BinaryPrimitives.ReadDoubleLittleEndian(b)
            ),
            _ => [.. Texts(tag).Select(part => Parse(tag, part))],
        };
    }

    /// <summary>Exactly so many numbers; null if the attribute is absent.</summary>
    public double[]? Numbers(DicomTag tag, int count)
        => Numbers(tag) is not { Length: > 0 } numbers ? null
            : numbers.Length == count ? numbers
            : throw Fault(tag, $"it has {numbers.Length} numbers; it must have {count}. The file is damaged");

    /// <summary>The first number; null where absent.</summary>
    public double? Number(DicomTag tag) => Numbers(tag) is [var first, ..] ? first : null;

    /// <summary>A whole number within limits; null where absent.</summary>
    public int? Integer(DicomTag tag, int minimum = int.MinValue, int maximum = int.MaxValue)
    {
        if (Number(tag) is not { } number)
        {
            return null;
        }

        return number == Math.Truncate(number) && number >= minimum && number <= maximum
            ? (int)number
            : throw Fault(
                tag,
                FormattableString.Invariant($"it is {number}; it must be a whole number from {minimum} to {maximum}. The file is damaged")
            );
    }

    /// <summary>A whole number within limits that must be there.</summary>
    public int RequiredInteger(DicomTag tag, int minimum, int maximum) =>
        Integer(tag, minimum, maximum)
        ?? throw Fault(tag, "it is missing, and an image needs it. The object is not an image, or it is incomplete");

    /// <summary>The items of a sequence; empty where absent.</summary>
    public IReadOnlyList<DicomDataSet> Items(DicomTag tag) => this[tag]?.Items ?? [];

    /// <summary>The only or first item of a sequence; null if there is none.</summary>
    public DicomDataSet? FirstItem(DicomTag tag) => Items(tag) is [var first, ..] ? first : null;

    /// <summary>An error about one attribute. Never put a patient's attribute here.</summary>
    public VolumeFormatException Fault(DicomTag tag, string message) => new(Source, "DICOM", tag.ToString(), $"{message}.");

    private double[] Decode(DicomTag tag, byte[] bytes, int size, Func<byte[], double> read)
    {
        if (bytes.Length % size != 0)
        {
            throw Fault(tag, $"it has {bytes.Length} bytes; numbers of {size} bytes each must fill it. The file is damaged");
        }

        return [.. bytes.Chunk(size).Select(read)];
    }

    private double Parse(DicomTag tag, string part)
        => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw Fault(tag, $"it is '{(part.Length <= 24 ? part : part[..24] + "...")}'; it must be a number. The file is damaged");
}
