using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Pairs;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.MetaImage;

/// <summary>A MetaImage opened for reading: its checked header, and its voxels to come.</summary>
internal sealed class MetaImageFile : HeaderDataPair
{
    private readonly MetaImageVolume _volume;
    private readonly long _headerSize;

    /// <summary>Opens a file and checks its header.</summary>
    public MetaImageFile(VolumeSource source)
        : base(source)
    {
        try
        {
            var report = new HeaderReport(source.Name, "MetaImage");
            var lines = new TextHeaderReader(Stream, source.Name, "MetaImage");
            var header = MetaImageHeader.Read(lines);
            lines.Note(report);
            var text = header["HeaderSize"] ?? "0";
            var isSize = long.TryParse(text, CultureInfo.InvariantCulture, out _headerSize) && _headerSize >= -1;
            report.Require(isSize, "HeaderSize", text, "it must be -1 or more");
            _volume = MetaImageVolume.Create(header, report);
            Header = Describe(report);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override VolumeHeader Header { get; }

    /// <inheritdoc/>
    protected override VoxelLayout Layout => _volume.Layout;

    /// <inheritdoc/>
    protected override VoxelData OpenVoxels()
    {
        var dataFile = _volume.Header["ElementDataFile"] ?? "";
        return dataFile.Equals("LOCAL", StringComparison.OrdinalIgnoreCase) ? OpenAttached() : OpenDetached("MetaImage", Names(dataFile));
    }

    /// <inheritdoc/>
    protected override VoxelData Start(string name, Stream stream, long bytes, bool isDetached)
    {
        // A header of unknown size: the voxels are the last bytes.
        var skip = !isDetached ? 0 : _headerSize >= 0 ? _headerSize : stream.Length - bytes;
        if (skip < 0 || skip > stream.Length)
        {
            throw new VolumeFormatException(
                name,
                "MetaImage",
                "HeaderSize",
                $"is {_headerSize}, but the data file has {stream.Length} bytes and the voxels need "
                    + $"{bytes}. It is cut short or the sizes are wrong."
            );
        }

        stream.Seek(skip, SeekOrigin.Current);
        return new VoxelData(name, "MetaImage", stream, Packing(stream));
    }

    /// <summary>Compressed data is zlib by rule; ITK reads gzip too.</summary>
    private VoxelCompression Packing(Stream stream)
    {
        if (_volume.Header["BinaryData"] is not null && !_volume.Header.IsTrue("BinaryData"))
        {
            return VoxelCompression.Text(_volume.Layout.Type);
        }

        if (!_volume.Header.IsTrue("CompressedData"))
        {
            return VoxelCompression.None;
        }

        var first = stream.ReadByte();
        stream.Seek(first < 0 ? 0 : -1, SeekOrigin.Current);
        return first == 0x1F ? VoxelCompression.Gzip : VoxelCompression.Zlib;
    }

    private List<string> Names(string dataFile)
    {
        var words = dataFile.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var slices = _volume.DimSize.Skip(2).Aggregate((Int128)1, (product, size) => product * size);
        if (words is ["LIST", ..])
        {
            return RequireCount(_volume.Header.DataFiles, slices);
        }

        if (words.Length < 3 || words.Length > 4 || !words[0].Contains('%'))
        {
            return [dataFile];
        }

        var range = new long[3];
        range[2] = 1;
        for (var i = 1; i < words.Length; i++)
        {
            if (!long.TryParse(words[i], CultureInfo.InvariantCulture, out range[i - 1]) || Math.Abs(range[i - 1]) > int.MaxValue)
            {
                throw Fault(dataFile, "first, last and step of the numbers in file names must be whole numbers");
            }
        }

        if (range[2] <= 0 || range[1] < range[0] || ((range[1] - range[0]) / range[2]) + 1 != slices)
        {
            throw Fault(dataFile, $"the numbers must give {slices} files, one for each slice");
        }

        return [.. Enumerable.Range(0, (int)slices).Select(i => FileNamePattern.Format(words[0], range[0] + (i * range[2]))
            ?? throw Fault(words[0], "the pattern must hold one number such as %d or %03d"))];
    }

    private List<string> RequireCount(List<string> names, Int128 slices)
        => names.Count == slices || names.Count == 1
            ? names
            : throw Fault($"LIST of {names.Count} files", $"there must be {slices} of them, one for each slice");

    private VolumeFormatException Fault(string value, string rule)
        => new(Source.Name, "MetaImage", [new HeaderFault("ElementDataFile", value, rule)]);

    private VolumeHeader Describe(HeaderReport report)
    {
        var fields = new Dictionary<string, string>();
        foreach (
            var key in (ReadOnlySpan<string>)
                [
                    "NDims",
                    "DimSize",
                    "ElementType",
                    "ElementNumberOfChannels",
                    "ElementSpacing",
                    "ElementSize",
                    "Offset",
                    "TransformMatrix",
                    "AnatomicalOrientation",
                    "CompressedData",
                ]
        )
        {
            if (_volume.Header[key] is { } value)
            {
                fields[key] = value;
            }
        }

        return new VolumeHeader("MetaImage", _volume.Layout.Shape, _volume.Layout.Type, _volume.Scaling, _volume.Geometry)
        {
            Fields = fields,
            Notes = report.Notes,
            Original = _volume,
        };
    }
}
