using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A NRRD file opened for reading: its checked header, and its voxels to come.</summary>
internal sealed class NrrdFile : IDisposable
{
    private readonly VolumeSource _source;
    private readonly Stream _stream;
    private readonly NrrdVolume _volume;
    private readonly VoxelPacking _packing;
    private readonly long _byteSkip;
    private readonly long _lineSkip;

    /// <summary>Opens a file and checks its header.</summary>
    public NrrdFile(VolumeSource source)
    {
        _source = source;
        _stream = source.Open();
        try
        {
            var report = new HeaderReport(source.Name, "NRRD");
            var header = NrrdHeader.Read(new TextHeaderReader(_stream, source.Name, "NRRD"), report);
            var packing = NrrdEncoding.Find(header["encoding"], NrrdType.Find(header["type"]) ?? VoxelType.UInt8);
            report.Require(packing is not null, "encoding", header["encoding"] ?? "missing", "the encodings read are raw, text, hex, gzip and bzip2");
            _lineSkip = Number(header, "line skip", least: 0, report);
            _byteSkip = Number(header, "byte skip", least: -1, report);
            _volume = NrrdVolume.Create(header, report);
            _packing = packing ?? VoxelPacking.None;
            Header = Describe(report);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>What the file says.</summary>
    public VolumeHeader Header { get; }

    /// <summary>Reads the voxels, once.</summary>
    public Volume Read(VolumeRegion? region)
    {
        using var data = OpenVoxels();
        data.MarkFirstVoxel();
        return VoxelReader.Read(data, _volume.Layout, Header, region, _source.Options);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private VoxelData OpenVoxels()
    {
        if (_volume.Header["data file"] is not { } dataFile)
        {
            return Open(_source.Name, _stream, _volume.Layout.SizeInBytes);
        }

        var names = NrrdDataFiles.Names(_volume, dataFile, _source.Name);
        return FileSequenceStream.Open(_source.Name, "NRRD", names, _volume.Layout.SizeInBytes, OpenFile);
    }

    private VoxelData OpenFile(string name, long bytes)
    {
        var file = _source.Sibling(name);
        var data = Open(file.Name, file.Open(), bytes);
        data.MarkFirstVoxel();
        return data;
    }

    /// <summary>Lines are skipped before unpacking, bytes after; -1 counts the bytes from the end.</summary>
    private VoxelData Open(string name, Stream stream, long bytes)
    {
        try
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
        catch
        {
            stream.Dispose();
            throw;
        }
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
        foreach (var name in (ReadOnlySpan<string>)["type", "dimension", "sizes", "encoding", "endian", "space", "space directions", "space origin", "spacings", "kinds", "space units", "measurement frame"])
        {
            if (_volume.Header[name] is { } value)
            {
                fields[name] = value;
            }
        }

        return new VolumeHeader("NRRD", layout.Shape, layout.Type, VoxelScaling.Identity, _volume.Geometry)
        {
            Fields = fields,
            Notes = report.Notes,
            Classes = layout.Shape.Channels == 1 ? SlicerSegments.Read(_volume.Header.KeyValues) : [],
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
