using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Pairs;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>A NRRD file opened for reading: its checked header, and its voxels to come.</summary>
internal sealed class NrrdFile : HeaderDataPair
{
    private readonly NrrdVolume _volume;
    private readonly VoxelCompression _packing;
    private readonly long _byteSkip;
    private readonly long _lineSkip;

    /// <summary>Opens a file and checks its header.</summary>
    public NrrdFile(VolumeSource source)
        : base(source)
    {
        try
        {
            var report = new HeaderReport(source.Name, "NRRD");
            var lines = new TextHeaderReader(Stream, source.Name, "NRRD");
            var header = NrrdHeader.Read(lines, report);
            lines.Note(report);
            var packing = NrrdEncoding.Find(header["encoding"], NrrdType.Find(header["type"]) ?? VoxelType.UInt8);
            report.Require(
                packing is not null,
                "encoding",
                header["encoding"] ?? "missing",
                "the encodings read are raw, text, hex, gzip and bzip2"
            );
            _lineSkip = Number(header, "line skip", least: 0, report);
            _byteSkip = Number(header, "byte skip", least: -1, report);
            _volume = NrrdVolume.Create(header, report);
            _packing = packing ?? VoxelCompression.None;
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
    protected override VoxelData OpenVoxels() =>
        _volume.Header["data file"] is { } dataFile
            ? OpenDetached("NRRD", NrrdDataFiles.Names(_volume, dataFile, Source.Name))
            : OpenAttached();

    /// <summary>Lines are skipped before unpacking, bytes after; -1 counts the bytes from the end.</summary>
    protected override VoxelData Start(string name, Stream stream, long bytes, bool isDetached)
    {
        SkipLines(name, stream);
        var data = new VoxelData(name, "NRRD", stream, _packing);
        var skip = _byteSkip >= 0 ? _byteSkip : data.CountPlain() - bytes;
        if (skip < 0)
        {
            data.RequireLength(bytes);
        }

        data.Skip(skip);
        return data;
    }

    private void SkipLines(string name, Stream stream)
    {
        for (var line = 0L; line < _lineSkip; line++)
        {
            int value;
            while ((value = stream.ReadByte()) != '\n')
            {
                if (value < 0)
                {
                    throw new VolumeFormatException(name, "NRRD", "line skip", $"is {_lineSkip}, but the data ends after {line} lines.");
                }
            }
        }
    }

    private VolumeHeader Describe(HeaderReport report)
    {
        var layout = _volume.Layout;
        var fields = new Dictionary<string, string>();
        foreach (
            var name in (ReadOnlySpan<string>)
                [
                    "type",
                    "dimension",
                    "sizes",
                    "encoding",
                    "endian",
                    "space",
                    "space directions",
                    "space origin",
                    "spacings",
                    "kinds",
                    "space units",
                    "measurement frame",
                ]
        )
        {
            if (_volume.Header[name] is { } value)
            {
                fields[name] = value;
            }
        }

        var segments = SlicerSegments.Read(_volume.Header.KeyValues);
        var hasLayers = layout.Shape.Channels > 1 && segments.Count > 0 && segments.All(s => s.Layer < layout.Shape.Channels);
        return new VolumeHeader("NRRD", layout.Shape, layout.Type, VoxelScaling.Identity, _volume.Geometry)
        {
            Fields = fields,
            Notes = report.Notes,
            Classes = layout.Shape.Channels == 1 ? SlicerSegments.Classes(segments) : [],
            LeavesOutEmpty = segments.Count > 0,
            MakeLabels = hasLayers ? volume => SlicerLayers.Join(volume, segments, Source.Name) : null,
            Original = _volume,
        };
    }

    private static long Number(NrrdHeader header, string field, long least, HeaderReport report)
    {
        if (header[field] is not { } text)
        {
            return 0;
        }

        var isNumber = long.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least;
        report.Require(isNumber, field, text, $"it must be a whole number of {least} or more");
        return isNumber ? value : 0;
    }
}
