using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>Damages files at random but repeatably: bits, bytes, numbers, pieces, and what lies beneath gzip.</summary>
internal sealed class FormatFuzz(int seed)
{
    private static readonly byte[] Extremes = [0, 1, 0x7F, 0x80, 0xFF, (byte)'-', (byte)'9', (byte)'\n', (byte)'='];

    private static readonly string[] Numbers =
    [
        "-1",
        "0",
        "1",
        "2147483647",
        "2147483648",
        "-2147483649",
        "9223372036854775807",
        "99999999999999999999",
        "1e308",
        "1e-320",
        "nan",
        "-inf",
        "65536",
        "46341",
        "%d",
        "",
    ];

    private readonly Random _random = new(seed);

    /// <summary>One to four damages.</summary>
    public byte[] Mutate(byte[] sample)
    {
        if (sample is [0x1F, 0x8B, ..] && _random.Next(2) == 0)
        {
            return Pack(Mutate(Unpack(sample)));
        }

        var bytes = sample.ToList();
        for (var count = _random.Next(1, 5); count > 0 && bytes.Count > 0; count--)
        {
            Damage(bytes);
        }

        return [.. bytes];
    }

    private void Damage(List<byte> bytes)
    {
        // Half of all damages hit the first 600 bytes, where most headers are.
        var position = _random.Next(_random.Next(2) == 0 ? Math.Min(600, bytes.Count) : bytes.Count);
        var length = Math.Min(_random.Next(1, 9), bytes.Count - position);
        switch (_random.Next(8))
        {
            case 0:
                bytes[position] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                bytes[position] = Extremes[_random.Next(Extremes.Length)];
                break;
            case 2:
                bytes[position] = (byte)_random.Next(256);
                break;
            case 3:
                bytes.RemoveRange(position, length);
                break;
            case 4:
                bytes.InsertRange(position, bytes.GetRange(position, length));
                break;
            case 5:
                bytes.RemoveRange(position, bytes.Count - position);
                break;
            case 6:
                ReplaceNumber(bytes, position);
                break;
            default:
                for (var i = 0; i < length; i++)
                {
                    bytes[position + i] = Extremes[_random.Next(5)];
                }

                break;
        }
    }

    /// <summary>Replaces the next number that stands as text.</summary>
    private void ReplaceNumber(List<byte> bytes, int position)
    {
        var start = bytes.FindIndex(position, b => b is >= (byte)'0' and <= (byte)'9');
        if (start < 0)
        {
            return;
        }

        var end = start;
        while (end < bytes.Count && bytes[end] is >= (byte)'0' and <= (byte)'9')
        {
            end++;
        }

        bytes.RemoveRange(start, end - start);
        var number =
            _random.Next(4) == 0 ? _random.Next(100000).ToString(CultureInfo.InvariantCulture) : Numbers[_random.Next(Numbers.Length)];
        bytes.InsertRange(start, Encoding.ASCII.GetBytes(number));
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress))
        {
            gzip.CopyTo(plain);
        }

        return plain.ToArray();
    }

    private static byte[] Pack(byte[] plain)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }
}
