using System.Buffers.Binary;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>The deflate data of a PNG, which its IDAT chunks hold in pieces; checks the checksum of each.</summary>
/// <param name="file">Stands at the first IDAT chunk.</param>
internal sealed class PngImageData(Stream file) : UnpackingStream
{
    private long _left;
    private uint _checksum;
    private bool _inChunk;
    private bool _ended;

    public override int Read(Span<byte> buffer)
    {
        while (_left == 0 && !_ended)
        {
            Advance();
        }

        var count = file.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _checksum = Crc32.Append(_checksum, buffer[..count]);
        _left -= count;
        return count > 0 || _ended || buffer.Length == 0 ? count : throw EndsEarly();
    }

    /// <summary>Checks what is left of the chunks.</summary>
    public void VerifyEnd()
    {
        Span<byte> passed = stackalloc byte[1024];
        while (Read(passed) > 0)
        {
        }
    }

    private static InvalidDataException EndsEarly() => new("chunk IDAT is cut short");

    /// <summary>Ends the current chunk and enters the next, or finds that there is none.</summary>
    private void Advance()
    {
        Span<byte> bytes = stackalloc byte[PngChunk.StartBytes];
        if (_inChunk)
        {
            Fill(bytes[..PngChunk.EndBytes]);
            if (BinaryPrimitives.ReadUInt32BigEndian(bytes) != _checksum)
            {
                throw new InvalidDataException("chunk IDAT has a wrong checksum");
            }

            _inChunk = false;
        }

        // After the last chunk nothing but the end mark matters, and pictures without it are whole all the same.
        if (
            file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length
            || PngChunk.ReadStart(bytes) is not (var length, "IDAT")
        )
        {
            _ended = true;
            return;
        }

        (_left, _checksum, _inChunk) = (length, Crc32.Append(0, bytes[4..]), true);
    }

    private void Fill(Span<byte> bytes)
    {
        if (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw EndsEarly();
        }
    }
}
