using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>
/// Reads the bulk data out of the bytes of a zip's part, piece by piece: a <see cref="BlobText"/> in UTF-16 between bytes of ML.NET's.
/// </summary>
/// <param name="partLength">Bytes of the part; more bulk data than these hold is not believed.</param>
internal sealed class BlobPart(long partLength)
{
    /// <summary>Within so many bytes the text starts.</summary>
    public const int HeadLength = 1 << 13;

    private static readonly byte[] Start = Encoding.Unicode.GetBytes(BlobText.Magic + " ");

    private readonly List<byte> _head = [];
    private BlobReader? _reader;
    private byte? _half;
    private string _digest = "";

    /// <summary>The digest of the state that the data belongs to.</summary>
    public string Digest => _digest;

    /// <summary>Where the text starts; -1 where there is none.</summary>
    public static int FindText(ReadOnlySpan<byte> head) => head.IndexOf(Start);

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="InputDataException">They are damaged.</exception>
    public void Take(byte[] bytes, int length) => Take(bytes.AsSpan(0, length));

    /// <summary>The data; all bytes must have been taken.</summary>
    /// <exception cref="InputDataException">Some are missing.</exception>
    public byte[][] ToBlobs() => (_reader ?? throw new InputDataException("its weights are cut short")).ToBlobs();

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (_reader is not null)
        {
            TakeCharacters(bytes);
            return;
        }

        _head.AddRange(bytes);
        if (_head.Count >= Math.Min(HeadLength, partLength))
        {
            ReadHead(CollectionsMarshal.AsSpan(_head));
            _head.Clear();
        }
    }

    private void ReadHead(ReadOnlySpan<byte> head)
    {
        var text = head[FindText(head)..];
        var words = MemoryMarshal.Cast<byte, char>(text)[(BlobText.Magic.Length + 1)..];
        var characters = words;
        _digest = SavedState.TakeWord(ref characters).ToString();
        var lengths = BlobText.ParseLengths(SavedState.TakeWord(ref characters));
        if (lengths is null || lengths.Sum(length => (long)length) > partLength)
        {
            throw new InputDataException("the lengths of its weights do not fit what is there");
        }

        _reader = new(lengths);
        TakeCharacters(text[(2 * (BlobText.Magic.Length + 1 + words.Length - characters.Length))..]);
    }

    // A piece may end within a character; what follows the last byte of data is ML.NET's.
    private void TakeCharacters(ReadOnlySpan<byte> bytes)
    {
        if (_reader is not { IsComplete: false } reader || bytes.IsEmpty)
        {
            return;
        }

        if (_half is { } half)
        {
            reader.Take([(char)(half | (bytes[0] << 8))]);
            _half = null;
            bytes = bytes[1..];
        }

        var characters = MemoryMarshal.Cast<byte, char>(bytes);
        reader.TakeUntilComplete(characters);
        _half = bytes.Length % 2 == 1 ? bytes[^1] : null;
    }
}
