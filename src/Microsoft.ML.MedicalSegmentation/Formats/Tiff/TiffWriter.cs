using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.Images;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>Writes a volume as pages of a little-endian TIFF, each directory before its pixels.</summary>
internal sealed class TiffWriter : WritingStream
{
    private const int StripBytes = 1 << 20;
    private const int EntryBytes = 12;
    private const long LargestFile = uint.MaxValue;

    private static readonly VoxelType[] Types = Enum.GetValues<VoxelType>();

    private readonly Volume _volume;
    private readonly Stream _file;
    private readonly VolumeWriteOptions _options;
    private readonly int _rowsPerStrip;
    private readonly List<byte[]> _strips = [];
    private readonly MemoryStream _strip = new();
    private long _position = 8;
    private int _row;
    private int _page;

    private TiffWriter(Volume volume, Stream file, VolumeWriteOptions options, int rowBytes)
        : base(rowBytes)
    {
        (_volume, _file, _options) = (volume, file, options);
        _rowsPerStrip = Math.Clamp(StripBytes / rowBytes, 1, volume.Shape.Height);
    }

    /// <summary>Writes a whole file.</summary>
    /// <exception cref="NotSupportedException">TIFF cannot hold the volume.</exception>
    public static void Write(Volume volume, Stream destination, VolumeWriteOptions options)
    {
        var plain = ScaledVoxels.Apply(volume);
        ImageLimits.Require(plain, "TIFF", Types, [Math.Min(plain.Shape.Channels, ushort.MaxValue)], int.MaxValue);
        var rowBytes = (long)plain.Shape.Width * plain.Shape.Channels * VoxelTypes.SizeOf(plain.VoxelType);
        if (plain.SizeInBytes + (plain.Shape.Depth * (1024 + (16L * plain.Shape.Height))) > LargestFile || rowBytes > Array.MaxLength)
        {
            throw new NotSupportedException(
                $"A TIFF holds at most 4 GiB; the volume of {plain.Shape} may need more. Write NIfTI (.nii.gz) instead."
            );
        }

        destination.Write([(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0]);
        using var writer = new TiffWriter(plain, destination, options, (int)rowBytes);
        VoxelWriter.Write(plain, writer, plain.Shape.Channels);
    }

    protected override void WritePiece(Span<byte> piece)
    {
        _strip.Write(piece);
        _row++;
        if (_row % _rowsPerStrip == 0 || _row == _volume.Shape.Height)
        {
            _strips.Add(Pack());
            _strip.SetLength(0);
        }

        if (_row == _volume.Shape.Height)
        {
            WritePage();
            (_row, _page) = (0, _page + 1);
            _strips.Clear();
        }
    }

    private byte[] Pack()
    {
        if (!_options.Compress)
        {
            return _strip.ToArray();
        }

        using var packed = new MemoryStream();
        using (
            var zlib = new ZLibStream(packed, new ZLibCompressionOptions { CompressionLevel = _options.CompressionLevel }, leaveOpen: true)
        )
        {
            _strip.WriteTo(zlib);
        }

        return packed.ToArray();
    }

    private void WritePage()
    {
        var fields = MakeFields();
        var directoryBytes = 2 + (fields.Count * EntryBytes) + 4;
        var values = new MemoryStream();
        var directory = new byte[directoryBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(directory, (ushort)fields.Count);
        var valuesAt = _position + directoryBytes;
        var pixelsAt = valuesAt + fields.Sum(field => (long)(field.Value.Bytes.Length > 4 ? (field.Value.Bytes.Length + 1) / 2 * 2 : 0));
        SetOffsets(fields, pixelsAt);
        var entry = directory.AsSpan(2);
        foreach (var (tag, (type, count, bytes)) in fields)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], (ushort)type);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], (uint)count);
            if (bytes.Length <= 4)
            {
                bytes.CopyTo(entry[8..]);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)(valuesAt + values.Length));
                values.Write(bytes);
                values.SetLength((values.Length + 1) / 2 * 2);
                values.Position = values.Length;
            }

            entry = entry[EntryBytes..];
        }

        var end = pixelsAt + _strips.Sum(strip => (long)strip.Length);
        var next = (end + 1) / 2 * 2;
        BinaryPrimitives.WriteUInt32LittleEndian(entry, _page + 1 < _volume.Shape.Depth ? (uint)next : 0);
        _file.Write(directory);
        values.WriteTo(_file);
        _strips.ForEach(strip => _file.Write(strip));
        if (next > end)
        {
            _file.WriteByte(0);
        }

        _position = next;
    }

    private SortedDictionary<TiffTag, (int Type, int Count, byte[] Bytes)> MakeFields()
    {
        var (shape, size, spacing) = (_volume.Shape, VoxelTypes.SizeOf(_volume.VoxelType), _volume.Geometry.Spacing);
        var fields = new SortedDictionary<TiffTag, (int, int, byte[])>();
        void Shorts(TiffTag tag, params int[] values) =>
            fields[tag] = (3, values.Length, [.. values.SelectMany(value => new[] { (byte)value, (byte)(value >> 8) })]);
        void Long(TiffTag tag, long value) => fields[tag] = (4, 1, Bytes(value));
        var isRgb = shape.Channels is 3 or 4;
        var colors = isRgb ? 3 : 1;
        Long(TiffTag.ImageWidth, shape.Width);
        Long(TiffTag.ImageLength, shape.Height);
        Shorts(TiffTag.BitsPerSample, [.. Enumerable.Repeat(8 * size, shape.Channels)]);
        Shorts(TiffTag.Compression, (int)(_options.Compress ? TiffCompression.Deflate : TiffCompression.None));
        Shorts(TiffTag.PhotometricInterpretation, isRgb ? 2 : 1);
        Shorts(TiffTag.SamplesPerPixel, shape.Channels);
        Long(TiffTag.RowsPerStrip, _rowsPerStrip);
        Shorts(TiffTag.PlanarConfiguration, 1);
        Shorts(TiffTag.SampleFormat, [.. Enumerable.Repeat(_volume.VoxelType switch
        {
            VoxelType.Float32 or VoxelType.Float64 => 3,
            VoxelType.Int8 or VoxelType.Int16 or VoxelType.Int32 or VoxelType.Int64 => 2,
            _ => 1,
        }, shape.Channels)]);
        if (shape.Channels > colors)
        {
            Shorts(TiffTag.ExtraSamples, [.. Enumerable.Repeat(0, shape.Channels - colors)]);
        }

        // ImageJ's way, as the format's own units are inch and centimetre and it knows no third axis.
        fields[TiffTag.XResolution] = (5, 1, Rational(1 / spacing.X));
        fields[TiffTag.YResolution] = (5, 1, Rational(1 / spacing.Y));
        Shorts(TiffTag.ResolutionUnit, 1);
        if (_page == 0)
        {
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"ImageJ=1.53\nimages={shape.Depth}\nslices={shape.Depth}\nunit=mm\nspacing={spacing.Z:R}\nloop=false\n\0"
            );
            fields[TiffTag.ImageDescription] = (2, text.Length, Encoding.ASCII.GetBytes(text));
        }

        fields[TiffTag.StripByteCounts] = (4, _strips.Count, [.. _strips.SelectMany(strip => Bytes(strip.Length))]);
        fields[TiffTag.StripOffsets] = (4, _strips.Count, new byte[4 * _strips.Count]);
        return fields;
    }

    private void SetOffsets(SortedDictionary<TiffTag, (int Type, int Count, byte[] Bytes)> fields, long pixelsAt)
    {
        var offsets = fields[TiffTag.StripOffsets].Bytes;
        for (var i = 0; i < _strips.Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(offsets.AsSpan(4 * i), (uint)pixelsAt);
            pixelsAt += _strips[i].Length;
        }
    }

    private static byte[] Bytes(long value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
        return bytes;
    }

    /// <summary>A positive number as a fraction with nine digits.</summary>
    private static byte[] Rational(double value)
    {
        var denominator = Math.Pow(10, Math.Clamp(Math.Floor(9 - Math.Log10(value)), 0, 9));
        return [.. Bytes((long)Math.Min(Math.Round(value * denominator), uint.MaxValue)), .. Bytes((long)denominator)];
    }
}
