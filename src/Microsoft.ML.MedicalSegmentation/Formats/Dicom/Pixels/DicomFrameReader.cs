using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

/// <summary>Reads frames of one image as little endian samples, the samples of a pixel together unless the image is planar.</summary>
internal sealed class DicomFrameReader : IDisposable
{
    private readonly DicomImage _image;
    private readonly Stream _stream;
    private byte[] _compressed = [];
    private Dictionary<long, int>? _fragmentAt;

    public DicomFrameReader(DicomImage image)
    {
        _image = image;
        _stream = image.File.OpenPixels();
    }

    /// <summary>True if the planes of a frame follow each other.</summary>
    public bool IsPlanar => _image is { IsPlanar: true, Pixels.Fragments: null };

    /// <summary>Reads one frame into <paramref name="frame"/>, which has its size.</summary>
    public void Read(int index, Span<byte> frame)
    {
        if (_image.Pixels.Fragments is not null)
        {
            Decode(index, frame);
        }
        else if (_image.IsBitPacked)
        {
            UnpackBits(index, frame);
        }
        else
        {
            // Where pixels share their chroma, the file has two thirds of the samples; they are read to the end of the frame's bytes.
            var (size, stored) = ((int)_image.Format.SizeInBytes, (int)_image.StoredFrameBytes);
            var bytes = frame[(size - stored)..size];
            ReadBytes(_image.Pixels.Offset + ((long)index * stored), bytes);
            Swap(bytes);
            if (_image.SharesChroma)
            {
                SpreadChroma(bytes, frame[..size], _image.Format.BitsAllocated / 8);
            }
        }
    }

    /// <summary>
    /// Gives each pixel of a pair the chroma of both: luma, luma, blue, red becomes luma, blue, red twice. Works from the front within one
    /// buffer.
    /// </summary>
    private static void SpreadChroma(ReadOnlySpan<byte> pairs, Span<byte> pixels, int size)
    {
        Span<byte> pair = stackalloc byte[4 * size];
        for (int from = 0, to = 0; from < pairs.Length; from += 4 * size, to += 6 * size)
        {
            pairs.Slice(from, 4 * size).CopyTo(pair);
            for (var i = 0; i < 2; i++)
            {
                pair.Slice(i * size, size).CopyTo(pixels[(to + (3 * i * size))..]);
                pair[(2 * size)..].CopyTo(pixels[(to + (((3 * i) + 1) * size))..]);
            }
        }
    }

    public void Dispose() => _stream.Dispose();

    private void ReadBytes(long offset, Span<byte> bytes)
    {
        _stream.Position = offset;
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw _image.File.DataSet.Fault(
                _image.Pixels.Tag,
                "the pixels end before the last frame. The file was changed while it was read"
            );
        }
    }

    private void Swap(Span<byte> frame)
    {
        var sampleSize = _image.Format.BitsAllocated / 8;
        if (_image.File.Syntax.IsBigEndian == BitConverter.IsLittleEndian)
        {
            // Bytes that lie in 16 bit words (OW) are swapped with the words.
            ByteOrder.Reverse(
                sampleSize == 1 && _image.Pixels.Vr == "OW" ? frame[..(frame.Length & ~1)] : frame,
                sampleSize == 1 && _image.Pixels.Vr == "OW" ? 2 : sampleSize
            );
        }
    }

    private void UnpackBits(int index, Span<byte> frame)
    {
        var count = (int)_image.Format.Samples;
        var firstBit = (long)index * count;
        var isSwapped = _image.File.Syntax.IsBigEndian && _image.Pixels.Vr == "OW";
        var firstByte = firstBit / 8 & ~1L;
        var length = (int)Math.Min(((firstBit + count + 15) / 16 * 2) - firstByte, _image.Pixels.Length - firstByte);
        var packed = new byte[length];
        ReadBytes(_image.Pixels.Offset + firstByte, packed);
        var skipped = firstBit - (firstByte * 8);
        for (var i = 0; i < count; i++)
        {
            var bit = skipped + i;
            var at = (int)(bit >> 3) ^ (isSwapped ? 1 : 0);
            frame[i] = (byte)(at < packed.Length ? packed[at] >> (int)(bit & 7) & 1 : 0);
        }
    }

    private void Decode(int index, Span<byte> frame)
    {
        var (first, count) = FragmentsOf(index);
        var fragments = _image.Pixels.Fragments ?? [];
        var length = 0L;
        for (var i = first; i < first + count; i++)
        {
            length += fragments[i].Length;
        }

        if (length > Array.MaxLength)
        {
            throw _image.File.DataSet.Fault(
                _image.Pixels.Tag,
                $"frame {index + 1} has {length} compressed bytes, more than can be read at once"
            );
        }

        if (_compressed.Length < length)
        {
            _compressed = new byte[length];
        }

        var filled = 0;
        for (var i = first; i < first + count; i++)
        {
            ReadBytes(fragments[i].Offset, _compressed.AsSpan(filled, fragments[i].Length));
            filled += fragments[i].Length;
        }

        var decoder = DicomPixelDecoders.Find(_image.File.Syntax, _image.File.Source.Name);
        try
        {
            decoder.Decode(_image.Format, _compressed.AsSpan(0, filled), frame[..(int)_image.Format.SizeInBytes]);
        }
        catch (InvalidDataException fault)
        {
            throw new VolumeFormatException(
                _image.File.Source.Name,
                "DICOM",
                null,
                $"frame {index + 1} of {_image.Frames}, compressed by {_image.File.Syntax}, is damaged: "
                    + $"{fault.Message.TrimEnd('.')}. Copy the file again from its origin.",
                fault
            );
        }
    }

    /// <summary>Which fragments make a frame: all for a single one, one each, or as the offset table says.</summary>
    private (int First, int Count) FragmentsOf(int index)
    {
        var fragments = _image.Pixels.Fragments ?? [];
        if (_image.Frames == 1)
        {
            return (0, fragments.Count);
        }

        if (fragments.Count == _image.Frames)
        {
            return (index, 1);
        }

        // The image has checked that there is a table where it is needed.
        var table = _image.Pixels.OffsetTable ?? [];

        // Offsets count from the first fragment's item, 8 bytes before its data.
        _fragmentAt ??= fragments.Select((f, i) => (Offset: f.Offset - fragments[0].Offset, i)).ToDictionary(p => p.Offset, p => p.i);
        int Find(long offset) =>
            _fragmentAt.TryGetValue(offset, out var at)
                ? at
                : throw _image.File.DataSet.Fault(
                    _image.Pixels.Tag,
                    $"the offset table names byte {offset}, where no fragment begins. The file is damaged"
                );

        var first = Find(table[index]);
        var next = index + 1 < table.Count ? Find(table[index + 1]) : fragments.Count;
        return next > first
            ? (first, next - first)
            : throw _image.File.DataSet.Fault(_image.Pixels.Tag, "the offset table does not ascend. The file is damaged");
    }
}
