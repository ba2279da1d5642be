using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

/// <summary>Makes unique identifiers under the root 2.25, which needs no registration: a 128-bit number as decimals.</summary>
/// <remarks>Part 5 of the standard, annex B.2. From a seed the same identifiers come again.</remarks>
/// <param name="seed">Text to derive them from; null makes random ones.</param>
internal sealed class DicomUid(string? seed)
{
    /// <summary>The identifier for a purpose, such as "series".</summary>
    public string Make(string purpose)
    {
        var bytes = seed is null ? RandomNumberGenerator.GetBytes(16) : SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{purpose}"))[..16];

        // Version and variant bits, so that the number is a proper UUID.
        bytes[6] = (byte)((bytes[6] & 0x0F) | (seed is null ? 0x40 : 0x80));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return $"2.25.{new BigInteger(bytes, isUnsigned: true, isBigEndian: true)}";
    }
}
