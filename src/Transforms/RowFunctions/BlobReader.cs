using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Takes the characters of a <see cref="BlobText"/>, in pieces of any length, into the arrays that they describe.</summary>
internal sealed class BlobReader
{
    private readonly byte[][] _blobs;
    private int _blob;
    private int _offset;
    private bool _afterEscape;

    /// <param name="lengths">What the text announced; checked already against what is there.</param>
    public BlobReader(IReadOnlyList<int> lengths)
        => _blobs = [.. lengths.Select(length => LargeArray.Allocate<byte>(length))];

    /// <summary>True once all announced bytes are there.</summary>
    public bool IsComplete => _blob == _blobs.Length;

    /// <summary>Takes some characters.</summary>
    /// <exception cref="InputDataException">There are more than were announced, or an escape that has no meaning.</exception>
    public void Take(ReadOnlySpan<char> characters)
    {
        while (!characters.IsEmpty)
        {
            if (_afterEscape)
            {
                var code = characters[0] - BlobText.FirstCode;
                if (code < 0 || code >= BlobText.Escaped.Length)
                {
                    throw new InputDataException("its weights have an escape without a meaning");
                }

                Store([BlobText.Escaped[code]]);
                _afterEscape = false;
                characters = characters[1..];
                continue;
            }

            var next = characters.IndexOf(BlobText.Escape);
            Store(next < 0 ? characters : characters[..next]);
            _afterEscape = next >= 0;
            characters = next < 0 ? [] : characters[(next + 1)..];
        }
    }

    /// <summary>Takes characters; those after the last byte of data are ignored.</summary>
    /// <exception cref="InputDataException">There is an escape that has no meaning.</exception>
    public void TakeUntilComplete(ReadOnlySpan<char> characters)
    {
        // Each character but an escape gives two bytes; so few enough are taken at once that none is taken too many.
        while (!characters.IsEmpty && !IsComplete)
        {
            var missing = ((_blobs[_blob].Length - _offset) + 1) / 2;
            var count = Math.Min(characters.Length, Math.Max(1, missing));
            Take(characters[..count]);
            characters = characters[count..];
        }
    }

    /// <summary>The arrays; all bytes must be there.</summary>
    /// <exception cref="InputDataException">There are fewer than were announced.</exception>
    public byte[][] ToBlobs()
    {
        if (!IsComplete || _afterEscape)
        {
            throw new InputDataException("its weights are cut short");
        }

        foreach (var blob in _blobs)
        {
            BlobText.Whiten(blob);
        }

        return _blobs;
    }

    private void Store(ReadOnlySpan<char> characters)
    {
        while (!characters.IsEmpty)
        {
            if (IsComplete)
            {
                throw new InputDataException("it has more weights than were announced");
            }

            var target = _blobs[_blob].AsSpan(_offset);
            var count = Math.Min(characters.Length, (target.Length + 1) / 2);
            var bytes = MemoryMarshal.AsBytes(characters[..count]);
            bytes[..Math.Min(bytes.Length, target.Length)].CopyTo(target);
            _offset += Math.Min(bytes.Length, target.Length);
            if (_offset == _blobs[_blob].Length)
            {
                (_blob, _offset) = (_blob + 1, 0);
            }

            characters = characters[count..];
        }
    }
}
