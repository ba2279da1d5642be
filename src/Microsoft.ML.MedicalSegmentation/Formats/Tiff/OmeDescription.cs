using System.Globalization;
using System.Text;
using System.Xml;

namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>Reads the OME-XML of a TIFF: which page is which slice, channel and time, and the size of a voxel.</summary>
/// <remarks>
/// https://docs.openmicroscopy.org/ome-model/6.3.1/ome-tiff/specification.html. Channels and times become channels, those of
/// a time together. Sets of several files, and files of several images, are refused: which of them is meant is not known.
/// </remarks>
internal sealed class OmeDescription
{
    private const int LongestDocument = 64 << 20;

    private readonly string _source;
    private readonly List<Dictionary<string, string>> _planes = [];
    private Dictionary<string, string> _pixels = [];
    private int _images;
    private bool _isElsewhere;

    private OmeDescription(string source) => _source = source;

    /// <summary>Reads a description; null if it is not OME-XML.</summary>
    /// <param name="description">The bytes of the description as Latin-1.</param>
    /// <param name="pages">Pages of the file.</param>
    /// <param name="samples">Samples of a page, which OME counts as channels.</param>
    /// <param name="source">The file, for errors.</param>
    /// <exception cref="VolumeFormatException">The description does not fit the file, or spans several.</exception>
    public static TiffLayout? Parse(string description, int pages, int samples, string source)
    {
        var start = description.AsSpan(0, Math.Min(description.Length, 4096));
        if (!start.TrimStart().StartsWith("<", StringComparison.Ordinal) || !start.Contains("<OME", StringComparison.Ordinal))
        {
            return null;
        }

        var ome = new OmeDescription(source);
        try
        {
            ome.Read(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(description.TrimEnd('\0', ' ', '\r', '\n'))));
        }
        catch (XmlException fault)
        {
            throw ome.Fault(
                $"its OME-XML is damaged ({fault.Message.TrimEnd('.')}), so which page is which slice "
                    + "and channel is not known. Save the file anew"
            );
        }

        return ome.MakeLayout(pages, samples);
    }

    private void Read(string text)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = LongestDocument,
            IgnoreComments = true,
        };
        using var reader = XmlReader.Create(new StringReader(text), settings);
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            switch (reader.LocalName)
            {
                case "Image":
                    _images++;
                    break;
                case "Pixels" when _images <= 1:
                    _pixels = Attributes(reader);
                    break;
                case "TiffData" when _images <= 1:
                    _planes.Add(Attributes(reader));
                    break;
                case "UUID" when _images <= 1 && _planes.Count > 0 && reader.GetAttribute("FileName") is { } file:
                    _planes[^1]["FileName"] = file;
                    break;
                case "BinaryOnly":
                    _isElsewhere = true;
                    break;
            }
        }
    }

    private static Dictionary<string, string> Attributes(XmlReader reader)
    {
        var attributes = new Dictionary<string, string>();
        while (reader.MoveToNextAttribute())
        {
            attributes[reader.LocalName] = reader.Value;
        }

        return attributes;
    }

    private TiffLayout MakeLayout(int pages, int samples)
    {
        if (_isElsewhere || _images == 0)
        {
            throw Fault(
                "its OME-XML lies in another file, so which page is which slice and channel is not "
                    + "known. Save the images as one OME-TIFF each"
            );
        }

        if (_images > 1)
        {
            throw Fault($"it holds {_images} images, and a volume is one. Save each as a file of its own");
        }

        if (_planes.Select(p => p.GetValueOrDefault("FileName")).Where(f => f is not null).Distinct().Count() > 1)
        {
            throw Fault("its planes lie in several files. Save them as one OME-TIFF");
        }

        var (slices, channels, times) = (Size("SizeZ"), Size("SizeC"), Size("SizeT"));
        var order = _pixels.GetValueOrDefault("DimensionOrder") ?? "XYZCT";
        if (
            channels % samples != 0
            || (Int128)slices * (channels / samples) * times != pages
            || order.Length != 5
            || !order.StartsWith("XY", StringComparison.Ordinal)
            || order[2..].Order().SequenceEqual("CTZ") is false
        )
        {
            throw Fault(
                $"its OME-XML says {slices} slices, {channels} channels and {times} times in the "
                    + $"order {(order.Length <= 8 ? order : "of too many letters")}, but the file has "
                    + $"{pages} pages of {samples} samples. Save the file anew"
            );
        }

        channels /= samples;
        var pageOf = new int[pages];
        Array.Fill(pageOf, -1);
        foreach (var plane in _planes.Count > 0 ? _planes : [[]])
        {
            Place(plane, order, (slices, channels, times), samples, pageOf);
        }

        if (pageOf.Contains(-1))
        {
            throw Fault("its OME-XML names no page for some slices. Save the file anew");
        }

        return new(pageOf, channels * times)
        {
            PixelSize = Length("X") is { } x && Length("Y") is { } y ? (x, y) : null,
            SliceDistance = Length("Z"),
        };
    }

    /// <summary>Notes the pages of a run of planes: the dimension that comes first in the order runs fastest.</summary>
    private void Place(Dictionary<string, string> plane, string order, (int Z, int C, int T) sizes, int samples, int[] pageOf)
    {
        int Number(string key, int fallback) =>
            !plane.TryGetValue(key, out var text) ? fallback
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= pageOf.Length * samples
                ? number
            : throw Fault(
                $"its OME-XML has {key} '{(text.Length <= 12 ? text : "of many digits")}' of a plane, "
                    + "beyond the file's pages. Save the file anew"
            );

        int SizeOf(char axis) =>
            axis switch
            {
                'Z' => sizes.Z,
                'C' => sizes.C,
                _ => sizes.T,
            };
        var page = Number("IFD", 0);
        var count = Number("PlaneCount", plane.ContainsKey("IFD") ? 1 : pageOf.Length);
        var axes = order[2..];
        var at = axes.Select(axis => axis == 'C' ? Number("FirstC", 0) / samples : Number($"First{axis}", 0)).ToArray();
        for (var i = 0; i < count; i++, page++)
        {
            if (page >= pageOf.Length || axes.Select((axis, n) => at[n] >= SizeOf(axis)).Any(outside => outside))
            {
                throw Fault("its OME-XML names planes beyond its sizes or the file's pages. Save the file anew");
            }

            var (z, c, t) = (at[axes.IndexOf('Z')], at[axes.IndexOf('C')], at[axes.IndexOf('T')]);
            pageOf[(((t * sizes.C) + c) * sizes.Z) + z] = page;
            for (var n = 0; n < axes.Length && ++at[n] == SizeOf(axes[n]) && n < axes.Length - 1; n++)
            {
                at[n] = 0;
            }
        }
    }

    private int Size(string key)
        => int.TryParse(_pixels.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size >= 1
            ? size
            : throw Fault($"its OME-XML has no {key} of 1 or more. Save the file anew");

    private double? Length(string axis) =>
        double.TryParse(_pixels.GetValueOrDefault($"PhysicalSize{axis}"), NumberStyles.Float, CultureInfo.InvariantCulture, out var size)
        && size * TiffLayout.Millimetres(_pixels.GetValueOrDefault($"PhysicalSize{axis}Unit") ?? "um") is > 0 and < 1e9 and var millimetres
            ? millimetres
            : null;

    private VolumeFormatException Fault(string message) => new(_source, "TIFF", "ImageDescription", $"{message}.");
}
