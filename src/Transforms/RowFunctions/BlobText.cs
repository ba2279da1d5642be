using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Bulk data as a text: what a model zip holds beside a <see cref="SavedState"/>, two bytes in each character.</summary>
/// <remarks>
/// <c>medseg-blobs/1 SHA256 LENGTH,LENGTH,... CHARACTERS</c>, one space between. Each blob starts with a character of its own. Its
/// bytes are combined with a fixed pseudo-random sequence, so that the zip stores them without compression, which would save less than
/// a tenth of weights and take most of the time of loading. Characters that end an ML.NET text literal are escaped.
/// </remarks>
internal static class BlobText
{
    /// <summary>The first word.</summary>
    public const string Magic = "medseg-blobs/1";

    /// <summary>The most bytes that the blobs of one state have together: 1 GiB.</summary>
    public const long MaximumLength = 1L << 30;

    /// <summary>The character that announces an escaped one.</summary>
    public const char Escape = 'A';

    /// <summary>The character that follows <see cref="Escape"/> for the first of <see cref="Escaped"/>.</summary>
    public const char FirstCode = 'a';

    /// <summary>Quotation mark, backslash and ends of lines close or change a literal; the zero is its end for ML.NET.</summary>
    public const string Escaped = "\"\\\n\r\u0085\u2028\u2029\0A";

    private static readonly SearchValues<char> EscapedValues = SearchValues.Create(Escaped);

    /// <summary>Writes blobs.</summary>
    /// <param name="digest">The digest of the state that they belong to.</param>
    /// <param name="blobs">The data.</param>
    /// <exception cref="NotSupportedException">They are too large together.</exception>
    public static string Write(string digest, IReadOnlyList<ReadOnlyMemory<byte>> blobs)
    {
        var total = blobs.Sum(blob => (long)blob.Length);
        if (total > MaximumLength)
        {
            throw new NotSupportedException(
                $"The model has {total >> 20} MiB of weights; an ML.NET zip carries {MaximumLength >> 20} MiB. Use a narrower "
                    + "network or fewer members, or keep the ONNX files beside the application."
            );
        }

        var text = new StringBuilder($"{Magic} {digest} {Lengths(blobs)} ", (int)(total / 2) + (int)(total / 1000) + 256);
        foreach (var blob in blobs)
        {
            Append(text, blob.Span);
        }

        return text.ToString();
    }

    /// <summary>The lengths as they stand in texts; "0" if there are none.</summary>
    public static string Lengths(IReadOnlyList<ReadOnlyMemory<byte>> blobs)
        => blobs.Count == 0 ? "0" : string.Join(',', blobs.Select(blob => blob.Length.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Reads what <see cref="Lengths"/> wrote; null if it is damaged or exceeds the limits.</summary>
    public static int[]? ParseLengths(ReadOnlySpan<char> text)
    {
        if (text is "0")
        {
            return [];
        }

        var lengths = new List<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(text[part], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length == 0)
            {
                return null;
            }

            lengths.Add(length);
        }

        return lengths.Sum(length => (long)length) <= MaximumLength ? [.. lengths] : null;
    }

    /// <summary>Combines bytes with the fixed sequence; twice gives the bytes again.</summary>
    public static void Whiten(Span<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (var i = 0; i < words.Length; i++)
        {
            words[i] ^= Mixed((ulong)i);
        }

        var rest = bytes[(words.Length * sizeof(ulong))..];
        var last = Mixed((ulong)words.Length);
        for (var i = 0; i < rest.Length; i++)
        {
            rest[i] ^= (byte)(last >> (8 * i));
        }
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> blob)
    {
        var white = blob.ToArray();
        Whiten(white);
        var characters = MemoryMarshal.Cast<byte, char>(white.AsSpan());
        if (white.Length % 2 == 1)
        {
            AppendEscaped(text, characters);
            AppendEscaped(text, [(char)white[^1]]);
        }
        else
        {
            AppendEscaped(text, characters);
        }
    }

    private static void AppendEscaped(StringBuilder text, ReadOnlySpan<char> characters)
    {
        while (!characters.IsEmpty)
        {
            var next = characters.IndexOfAny(EscapedValues);
            text.Append(next < 0 ? characters : characters[..next]);
            if (next < 0)
            {
                return;
            }

            text.Append(Escape).Append((char)(FirstCode + Escaped.IndexOf(characters[next], StringComparison.Ordinal)));
            characters = characters[(next + 1)..];
        }
    }

    // SplitMix64, https://doi.org/10.1145/2714064.2660195.
    private static ulong Mixed(ulong index)
    {
        var value = (index + 1) * 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
