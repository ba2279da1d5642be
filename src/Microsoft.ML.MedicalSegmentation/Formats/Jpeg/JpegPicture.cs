using System.Buffers.Binary;
using Microsoft.ML.MedicalSegmentation.Formats.Images;

namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>A JPEG file: what stands before its scans, and the way to its pixels.</summary>
/// <remarks>
/// ITU-T T.81, https://www.w3.org/Graphics/JPEG/itu-t81.pdf. Everything wrong is an <see cref="InvalidDataException"/>
/// whose message is a clause without its full stop.
/// </remarks>
internal sealed class JpegPicture
{
    // Encoders make about ten; more would only make a small file slow to read.
    private const int LargestScanCount = 200;

    private readonly byte[] _file;
    private readonly JpegTables _tables = new();
    private JpegFrame? _frame;
    private int _position = 2;
    private int? _adobeTransform;
    private bool _hasJfif;

    private JpegPicture(byte[] file) => _file = file;

    public int Width => Frame.Width;

    public int Height => Frame.Height;

    /// <summary>Bytes of the file.</summary>
    public long PackedLength => _file.Length;

    /// <summary>1 for grey, 3 for RGB.</summary>
    public int Channels => Frame.Components.Length;

    public bool IsProgressive => Frame.IsProgressive;

    /// <summary>Bits of a sample: 8 or 12.</summary>
    public int Precision => Frame.Precision;

    /// <summary>Samples of each component in the smallest group, such as "2x2 1x1 1x1".</summary>
    public string Sampling => string.Join(' ', Frame.Components.Select(c => $"{c.SamplesX}x{c.SamplesY}"));

    /// <summary>The EXIF orientation, 1 to 8; decoding does not apply it.</summary>
    public int Orientation { get; private set; } = 1;

    /// <summary>Pixels in a millimetre along stored rows; 0 if the file does not say.</summary>
    public double PixelsPerMillimetreX { get; private set; }

    /// <summary>Pixels in a millimetre along stored columns; 0 if the file does not say.</summary>
    public double PixelsPerMillimetreY { get; private set; }

    private JpegFrame Frame => _frame ?? throw new InvalidDataException("the JPEG has no frame header before its data");

    /// <summary>Reads up to the first scan.</summary>
    /// <param name="file">The whole file; kept.</param>
    public static JpegPicture Open(byte[] file)
    {
        if (!file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, JpegMarker.Start]))
        {
            throw new InvalidDataException("the data does not start as a JPEG does");
        }

        var picture = new JpegPicture(file);
        if (picture.ReadToScan() != JpegMarker.Scan)
        {
            throw new InvalidDataException("the JPEG has no scan, so no pixels");
        }

        picture.Frame.Validate();
        return picture;
    }

    /// <summary>Fails if the file is too small for its sizes, before anybody takes memory for them.</summary>
    public void RequireData()
    {
        var possible = _file.Length * (Frame.IsProgressive ? 8L : 4L);
        if (Frame.BlockCount > possible)
        {
            throw new InvalidDataException(
                $"its sizes are {Width} x {Height}, {Frame.BlockCount} blocks, but {_file.Length} bytes hold at most {possible}; "
                    + "the file is cut short or its sizes are wrong"
            );
        }
    }

    /// <summary>Decodes all pixels as grey or red, green and blue; may be called once.</summary>
    /// <param name="planes">Receives width times height samples of 8 bits for each channel, one channel after the other.</param>
    public void Decode(Span<byte> planes)
    {
        DecodeScans();
        JpegColor.Convert(Frame, StatesRgb() == true, planes);
    }

    /// <summary>Decodes all components as they are stored, at the size of the picture; may be called once.</summary>
    /// <param name="write">Receives component, row and the samples of the row, which stay as they are until it returns.</param>
    public void DecodeComponents(Action<int, int, ReadOnlyMemory<ushort>> write)
    {
        DecodeScans();
        var row = new ushort[Frame.Width];
        for (var component = 0; component < Frame.Components.Length; component++)
        {
            var samples = new JpegUpsampling(Frame, Frame.Components[component]);
            for (var y = 0; y < Frame.Height; y++)
            {
                samples.Read(y, row);
                write(component, y, row);
            }
        }
    }

    private void DecodeScans()
    {
        RequireData();
        Frame.Allocate();
        var scans = 0;
        var marker = JpegMarker.Scan;
        while (marker == JpegMarker.Scan)
        {
            if (++scans > LargestScanCount)
            {
                throw new InvalidDataException($"the JPEG has more than {LargestScanCount} scans");
            }

            _position = JpegScan.Decode(_file, _position, Frame, _tables);
            marker = ReadToScan();
        }

        if (marker != JpegMarker.End && Frame.IsProgressive)
        {
            throw new InvalidDataException("the JPEG has no end mark, so scans may be missing; it is cut short");
        }

        Frame.FinishBlocks();
    }

    /// <summary>Reads tables and other segments, up to and without a scan, the end mark or the end of the file.</summary>
    private byte ReadToScan()
    {
        while (true)
        {
            var marker = JpegMarker.Next(_file, ref _position);
            if (marker is JpegMarker.End or JpegMarker.None)
            {
                return marker;
            }

            var segment = JpegMarker.ReadSegment(_file, _position);
            if (marker == JpegMarker.Scan)
            {
                return marker;
            }

            Read(marker, segment);
            _position += segment.Length + 2;
        }
    }

    private void Read(byte marker, ReadOnlySpan<byte> segment)
    {
        switch (marker)
        {
            case JpegMarker.QuantizationTables:
                _tables.ReadQuantization(segment);
                break;
            case JpegMarker.HuffmanTables:
                _tables.ReadCodes(segment);
                break;
            case JpegMarker.RestartInterval when segment.Length >= 2:
                _tables.RestartInterval = BinaryPrimitives.ReadUInt16BigEndian(segment);
                break;
            case >= JpegMarker.FirstFrame and <= JpegMarker.LastFrame when _frame is not null:
                throw new InvalidDataException("the JPEG has several frames");
            case >= JpegMarker.FirstFrame and <= JpegMarker.LastFrame:
                _frame = JpegFrame.Read(marker, segment);
                break;
            case JpegMarker.Application0 when segment.StartsWith("JFIF\0"u8) && segment.Length >= 12:
                ReadDensity(segment);
                break;
            case JpegMarker.Application1 when segment.StartsWith("Exif\0\0"u8):
                Orientation = ExifOrientation.Find(segment[6..]);
                break;
            case JpegMarker.Application14 when segment.StartsWith("Adobe"u8) && segment.Length >= 12:
                _adobeTransform = segment[11];
                break;
        }
    }

    private void ReadDensity(ReadOnlySpan<byte> segment)
    {
        _hasJfif = true;
        var perUnit = segment[7] switch { 1 => 25.4, 2 => 10.0, _ => double.PositiveInfinity };
        PixelsPerMillimetreX = BinaryPrimitives.ReadUInt16BigEndian(segment[8..]) / perUnit;
        PixelsPerMillimetreY = BinaryPrimitives.ReadUInt16BigEndian(segment[10..]) / perUnit;
    }

    /// <summary>
    /// What the file says of three components: true for red, green and blue, false for luma and chroma, null if it does not say.
    /// </summary>
    /// <remarks>JFIF, Adobe's mark and then the names of the components tell; pictures that do not say are luma and chroma.</remarks>
    public bool? StatesRgb()
        => _hasJfif ? false
            : _adobeTransform is { } transform ? transform == 0
            : Frame.Components.Select(c => c.Id).SequenceEqual("RGB"u8.ToArray().Select(id => (int)id)) ? true : null;
}
