namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>The checksum of gzip and zip files (RFC 1952), and that of two neighbouring blocks.</summary>
internal static class Crc32
{
    // The generator polynomial with the lowest power in the highest bit, as gzip keeps it.
    private const uint Polynomial = 0xEDB88320;

    /// <summary>The checksum of what <paramref name="checksum"/> covers, followed by more bytes; start with 0.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes) =>
        Combine(checksum, System.IO.Hashing.Crc32.HashToUInt32(bytes), bytes.Length);

    /// <summary>The checksum of block A followed by block B.</summary>
    /// <param name="first">Checksum of A.</param>
    /// <param name="second">Checksum of B.</param>
    /// <param name="secondLength">Bytes of B.</param>
    /// <remarks>A checksum is a remainder modulo the polynomial; appending n bytes multiplies it by x^(8n).</remarks>
    public static uint Combine(uint first, uint second, long secondLength) => Multiply(PowerOfX(8 * (ulong)secondLength), first) ^ second;

    private static uint PowerOfX(ulong exponent)
    {
        var result = 1u << 31;
        var square = 1u << 30;
        for (; exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
            {
                result = Multiply(result, square);
            }

            square = Multiply(square, square);
        }

        return result;
    }

    private static uint Multiply(uint a, uint b)
    {
        var product = 0u;
        for (var bit = 1u << 31; bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0)
            {
                product ^= b;
            }

            b = (b & 1) != 0 ? (b >> 1) ^ Polynomial : b >> 1;
        }

        return product;
    }
}
