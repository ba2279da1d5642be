using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>Turns numbers written as text into the bytes of voxels in this machine's byte order.</summary>
/// <param name="text">Numbers separated by spaces, commas or line ends.</param>
/// <param name="type">The voxels' type.</param>
internal sealed class TextVoxelStream(Stream text, VoxelType type) : UnpackingStream
{
    // "-1.7976931348623157E+308" has 24 characters; some writers add digits.
    private const int LongestNumber = 64;

    private readonly byte[] _buffer = new byte[1 << 14];
    private readonly byte[] _voxel = new byte[VoxelTypes.SizeOf(type)];
    private int _length;
    private int _next;
    private int _voxelNext = VoxelTypes.SizeOf(type);

    public override int Read(Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            if (_voxelNext == _voxel.Length && !NextVoxel())
            {
                break;
            }

            buffer[total++] = _voxel[_voxelNext++];
        }

        return total;
    }

    private bool NextVoxel()
    {
        Span<byte> word = stackalloc byte[LongestNumber];
        var length = 0;
        for (int character; (character = NextCharacter()) >= 0;)
        {
            if (character is ' ' or '\t' or '\r' or '\n' or ',' or '\f' or '\v')
            {
                if (length > 0)
                {
                    break;
                }
            }
            else if (length == LongestNumber)
            {
                throw new InvalidDataException($"a number has more than {LongestNumber} characters");
            }
            else
            {
                word[length++] = (byte)character;
            }
        }

        if (length == 0)
        {
            return false;
        }

        if (!TryStore(word[..length]))
        {
            throw new InvalidDataException($"'{Encoding.Latin1.GetString(word[..length])}' is not a number that fits {type}");
        }

        _voxelNext = 0;
        return true;
    }

    private bool TryStore(ReadOnlySpan<byte> word) => type switch
    {
        VoxelType.UInt8 => Parsed(byte.TryParse(word, CultureInfo.InvariantCulture, out var v), v),
        VoxelType.Int8 => Parsed(sbyte.TryParse(word, CultureInfo.InvariantCulture, out var v), unchecked((ulong)v)),
        VoxelType.UInt16 => Parsed(ushort.TryParse(word, CultureInfo.InvariantCulture, out var v), v),
        VoxelType.Int16 => Parsed(short.TryParse(word, CultureInfo.InvariantCulture, out var v), unchecked((ulong)v)),
        VoxelType.UInt32 => Parsed(uint.TryParse(word, CultureInfo.InvariantCulture, out var v), v),
        VoxelType.Int32 => Parsed(int.TryParse(word, CultureInfo.InvariantCulture, out var v), unchecked((ulong)v)),
        VoxelType.UInt64 => Parsed(ulong.TryParse(word, CultureInfo.InvariantCulture, out var v), v),
        VoxelType.Int64 => Parsed(long.TryParse(word, CultureInfo.InvariantCulture, out var v), unchecked((ulong)v)),
        VoxelType.Float32 => Parsed(TryParseReal(word, out var v), BitConverter.SingleToUInt32Bits((float)v)),
        _ => Parsed(TryParseReal(word, out var v), BitConverter.DoubleToUInt64Bits(v)),
    };

    private static bool TryParseReal(ReadOnlySpan<byte> word, out double value)
    {
        if (double.TryParse(word, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        // What C's printf writes.
        var text = Encoding.Latin1.GetString(word);
        value = text.TrimStart('+', '-').ToUpperInvariant() switch
        {
            "INF" => text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
            "NAN" => double.NaN,
            _ => 0,
        };
        return value != 0;
    }

    private bool Parsed(bool isNumber, ulong bits)
    {
        Span<byte> wide = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(wide, bits);
        var voxel = wide[.._voxel.Length];
        if (!BitConverter.IsLittleEndian)
        {
            voxel.Reverse();
        }

        voxel.CopyTo(_voxel);
        return isNumber;
    }

    private int NextCharacter()
    {
        if (_next == _length)
        {
            (_length, _next) = (text.Read(_buffer), 0);
        }

        return _length == 0 ? -1 : _buffer[_next++];
    }
}
