using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.MetaImage;

/// <summary>The "Key = value" lines of a MetaImage header, unchecked.</summary>
/// <remarks>https://itk.org/Wiki/ITK/MetaIO/Documentation.</remarks>
internal sealed class MetaImageHeader
{
    /// <summary>Keys that describe voxels and their place; a writer makes new ones. All others are kept for round trips.</summary>
    private static readonly HashSet<string> OwnKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "ObjectType", "NDims", "DimSize", "ElementType", "ElementNumberOfChannels", "ElementSpacing", "ElementSize",
        "Offset", "Position", "Origin", "TransformMatrix", "Rotation", "Orientation", "CenterOfRotation", "AnatomicalOrientation",
        "BinaryData", "BinaryDataByteOrderMSB", "ElementByteOrderMSB", "CompressedData", "CompressedDataSize", "CompressionLevel",
        "HeaderSize", "DistanceUnits", "ElementToIntensityFunctionSlope", "ElementToIntensityFunctionOffset", "ElementDataFile",
    };

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Lines of other keys, in their order. They may name a patient, so they are never shown.</summary>
    public List<(string Key, string Value)> Others { get; } = [];

    /// <summary>Files of "ElementDataFile = LIST", one a line.</summary>
    public List<string> DataFiles { get; } = [];

    /// <summary>A value by its key; null if the header has none.</summary>
    public string? this[string key] => _values.GetValueOrDefault(key);

    /// <summary>True if a line of the start gives the number of dimensions, as every MetaImage must.</summary>
    public static bool Recognise(ReadOnlySpan<byte> start)
    {
        while (start.Length > 0)
        {
            var end = start.IndexOf((byte)'\n');
            var line = end < 0 ? start : start[..end];
            if (line.StartsWith("NDims"u8) && line[5..].TrimStart((byte)' ') is [(byte)'=', ..])
            {
                return true;
            }

            start = end < 0 ? [] : start[(end + 1)..];
        }

        return false;
    }

    /// <summary>Reads lines up to the one that names the data file, which is the last by rule.</summary>
    public static MetaImageHeader Read(TextHeaderReader lines)
    {
        var header = new MetaImageHeader();
        while (lines.ReadLine() is { } line)
        {
            var equals = line.IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            var (key, value) = (line[..equals].Trim(), line[(equals + 1)..].Trim());
            header._values[key] = value;
            if (!OwnKeys.Contains(key))
            {
                header.Others.Add((key, value));
            }

            if (key.Equals("ElementDataFile", StringComparison.OrdinalIgnoreCase))
            {
                header.ReadDataFiles(lines, value);
                break;
            }
        }

        return header;
    }

    /// <summary>The first of several spellings that the header has; null for none.</summary>
    public string? First(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (this[key] is { } value)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>True for a key that says "True".</summary>
    public bool IsTrue(string key) => this[key] is ['T' or 't' or '1', ..];

    /// <summary>
    /// The finite numbers of a value; null with a fault in the report where they are not <paramref name="count"/> numbers.
    /// </summary>
    public static double[]? Numbers(string key, string value, int count, HeaderReport report)
    {
        var words = value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var numbers = new double[count];
        var valid = words.Length == count;
        for (var i = 0; valid && i < count; i++)
        {
            valid =
                double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) && double.IsFinite(numbers[i]);
        }

        report.Require(valid, key, value, $"it must be {count} finite numbers");
        return valid ? numbers : null;
    }

    private void ReadDataFiles(TextHeaderReader lines, string value)
    {
        if (!value.StartsWith("LIST", StringComparison.Ordinal))
        {
            return;
        }

        while (lines.ReadLine() is { } file)
        {
            if (file.Trim() is { Length: > 0 } name)
            {
                DataFiles.Add(name);
            }
        }
    }
}
