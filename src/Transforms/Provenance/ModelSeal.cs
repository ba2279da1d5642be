using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Provenance;

/// <summary>The SHA-256 of a model zip, kept as the comment at its end, so that no byte of the file can change unnoticed.</summary>
/// <remarks>
/// The comment is <c>medseg-sha256 HEX</c>; the digest is over all bytes before HEX. Against intent only a signature helps.
/// </remarks>
internal static class ModelSeal
{
    private const int DigestLength = 64;

    private static readonly byte[] Prefix = Encoding.ASCII.GetBytes("medseg-sha256 ");

    /// <summary>The comment before its digest is known.</summary>
    public static string Placeholder { get; } = Encoding.ASCII.GetString(Prefix) + new string('0', DigestLength);

    /// <summary>Writes the digest over the placeholder.</summary>
    public static void Write(Stream zip)
    {
        var digest = DigestOf(zip);
        zip.Position = zip.Length - DigestLength;
        zip.Write(digest);
    }

    /// <summary>Whether a zip ends with a seal, which may not fit it.</summary>
    public static bool IsThere(Stream zip)
    {
        Span<byte> end = stackalloc byte[Prefix.Length];
        if (zip.Length < Prefix.Length + DigestLength)
        {
            return false;
        }

        zip.Position = zip.Length - Prefix.Length - DigestLength;
        zip.ReadExactly(end);
        return end.SequenceEqual(Prefix);
    }

    /// <summary>Checks a zip; false if it has no seal, as those that <c>mlContext.Model.Save</c> writes.</summary>
    /// <exception cref="InputDataException">The file was changed.</exception>
    public static bool Check(Stream zip)
    {
        var end = new byte[Prefix.Length + DigestLength];
        if (zip.Length < end.Length)
        {
            return false;
        }

        zip.Position = zip.Length - end.Length;
        zip.ReadExactly(end);
        if (!end.AsSpan().StartsWith(Prefix))
        {
            zip.Position = 0;
            using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
            return archive.Comment.Length == 0 ? false : throw new InputDataException("the digest at its end was changed");
        }

        return DigestOf(zip).AsSpan().SequenceEqual(end.AsSpan(Prefix.Length))
            ? true
            : throw new InputDataException("its bytes do not match the digest at its end");
    }

    private static byte[] DigestOf(Stream zip)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 17];
        zip.Position = 0;
        for (var left = zip.Length - DigestLength; left > 0;)
        {
            var read = zip.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
            {
                throw new EndOfStreamException("it became shorter while it was read");
            }

            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
