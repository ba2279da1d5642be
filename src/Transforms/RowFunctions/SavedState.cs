using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>The user's columns that a saved function reads and gives, in its order.</summary>
/// <param name="Inputs">The columns that it reads.</param>
/// <param name="Outputs">The columns that it gives.</param>
/// <param name="PassesUnlabelled">True for a transform of labels alone, which has no stage of ML.NET's (<see cref="LabelOrigin"/>).</param>
internal sealed record SavedColumns(
    string[] Inputs,
    string[] Outputs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool PassesUnlabelled = false
);

/// <summary>What a model zip keeps of one function: options as JSON and, where there is bulk data, blobs of bytes.</summary>
/// <remarks>
/// As text: <c>medseg-state/2 CONTRACT SHA256 COLUMNS-LENGTH JSON-LENGTH BLOB-LENGTHS COLUMNS JSON</c>, one space between; the blobs stand
/// in a text of their own, <see cref="BlobText"/>. The digest is over contract name, columns, JSON (UTF-8) and blobs; reading checks it
/// and all lengths before anything is interpreted. Version 1 had no columns, and one blob at the end as base64; it is still read.
/// </remarks>
/// <param name="Json">The options.</param>
/// <param name="Blobs">Bulk data, such as ONNX files; at most <see cref="BlobText.MaximumLength"/> bytes together.</param>
internal sealed record SavedState(string Json, IReadOnlyList<ReadOnlyMemory<byte>> Blobs)
{
    private const string Magic = "medseg-state/2";
    private const string FirstMagic = "medseg-state/1";

    private static readonly JsonSerializerOptions Format = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 16,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The columns; null in states of version 1.</summary>
    public SavedColumns? Columns { get; init; }

    /// <summary>Bytes of all blobs.</summary>
    public long BlobLength => Blobs.Sum(blob => (long)blob.Length);

    /// <summary>The state that holds a value, by its JSON form.</summary>
    public static SavedState Of<T>(T value, params IReadOnlyList<ReadOnlyMemory<byte>> blobs) =>
        new(JsonSerializer.Serialize(value, Format), blobs);

    /// <summary>The value that the state holds.</summary>
    /// <exception cref="InputDataException">The JSON does not describe a <typeparamref name="T"/>.</exception>
    public T Read<T>()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Json, Format) ?? throw new JsonException("it is null");
        }
        catch (JsonException fault)
        {
            throw new InputDataException(
                $"The model's options cannot be read: {fault.Message} The model was written by other software or a later version; "
                    + "write it again with this one.",
                fault
            );
        }
    }

    /// <summary>The bytes of the one network that the state holds.</summary>
    /// <exception cref="InputDataException">There is none, or there are several.</exception>
    public byte[] OnlyNetwork() =>
        Blobs is [var blob]
            ? ArrayOf(blob)
            : throw new InputDataException(
                $"The model's state has {Blobs.Count} networks where it needs one. Train or save the model again."
            );

    /// <summary>The bytes of a blob, copied only where they are part of a larger array.</summary>
    public static byte[] ArrayOf(ReadOnlyMemory<byte> blob) =>
        MemoryMarshal.TryGetArray(blob, out var array) && array.Array is { } whole && array.Count == whole.Length ? whole : blob.ToArray();

    /// <summary>The texts that <see cref="FromText"/> reads; the second is null if there are no blobs.</summary>
    /// <exception cref="NotSupportedException">The blobs are too large for a zip.</exception>
    public (string State, string? Blobs) ToText(string contract)
    {
        var state = ToStateText(contract);
        return (state, Blobs.Count == 0 ? null : BlobText.Write(DigestOf(state) ?? "", Blobs));
    }

    /// <summary>The first of the texts that <see cref="FromText"/> reads.</summary>
    public string ToStateText(string contract)
    {
        var columns = JsonSerializer.Serialize(Columns ?? new([], []), Format);
        return $"{Magic} {contract} {Digest(contract, columns)} {columns.Length} {Json.Length} {BlobText.Lengths(Blobs)} {columns} {Json}";
    }

    /// <summary>Reads and checks a state whose blobs stand in a text.</summary>
    /// <inheritdoc cref="Parse"/>
    public static SavedState FromText(ReadOnlySpan<char> text, ReadOnlySpan<char> blobs, string contract)
    {
        if (blobs.IsEmpty)
        {
            return Parse(text, contract, _ => null);
        }

        var rest = blobs;
        if (TakeWord(ref rest) is not BlobText.Magic)
        {
            throw Damaged(contract, $"its weights do not start with '{BlobText.Magic}'");
        }

        var digest = TakeWord(ref rest).ToString();
        if (BlobText.ParseLengths(TakeWord(ref rest)) is not { } lengths || lengths.Sum(length => (long)length) > 2L * rest.Length)
        {
            throw Damaged(contract, "the lengths of its weights do not fit what is there");
        }

        try
        {
            var reader = new BlobReader(lengths);
            reader.Take(rest);
            var arrays = reader.ToBlobs();
            return Parse(text, contract, wanted => wanted == digest ? arrays : null);
        }
        catch (InputDataException fault) when (!fault.Message.StartsWith("The model", StringComparison.Ordinal))
        {
            throw Damaged(contract, fault.Message);
        }
    }

    /// <summary>Reads and checks a text.</summary>
    /// <param name="text">The state.</param>
    /// <param name="contract">The contract that it must be for.</param>
    /// <param name="find">The blobs of a digest; null if there are none.</param>
    /// <exception cref="InputDataException">The text is damaged, or belongs to another contract.</exception>
    public static SavedState Parse(ReadOnlySpan<char> text, string contract, Func<string, byte[][]?> find)
    {
        var rest = text;
        var magic = TakeWord(ref rest);
        var isFirst = magic.SequenceEqual(FirstMagic);
        if (!isFirst && !magic.SequenceEqual(Magic))
        {
            throw Damaged(contract, $"it does not start with '{Magic}' or '{FirstMagic}'");
        }

        if (!TakeWord(ref rest).SequenceEqual(contract))
        {
            throw Damaged(contract, "it belongs to another transform");
        }

        var digest = TakeWord(ref rest).ToString();
        return isFirst ? FirstState.Read(rest, contract, digest) : ReadRest(rest, contract, digest, find);
    }

    /// <summary>The contract that a text is for; null if it is not a state.</summary>
    public static string? ContractOf(ReadOnlySpan<char> text)
        => TakeWord(ref text) is Magic or FirstMagic ? TakeWord(ref text).ToString() : null;

    /// <summary>The digest that stands in a text; null if it is not a state.</summary>
    public static string? DigestOf(ReadOnlySpan<char> text)
        => TakeWord(ref text) is Magic or FirstMagic && TakeWord(ref text) is not [] ? TakeWord(ref text).ToString() : null;

    internal static ReadOnlySpan<char> TakeWord(ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOf(' ');
        var word = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return word;
    }

    internal static InputDataException Damaged(string contract, string how) =>
        new(
            $"The model's state for {contract} is damaged: {how}. The model zip was changed or cut short; copy it again from where "
                + "it was saved, or train it again."
        );

    /// <summary>The digest; version 1 has no columns.</summary>
    internal string Digest(string contract, string? columns)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes($"{contract}\n{(columns is null ? "" : columns + "\n")}{Json}\n"));
        foreach (var blob in Blobs)
        {
            sha.AppendData(blob.Span);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private static SavedState ReadRest(ReadOnlySpan<char> rest, string contract, string digest, Func<string, byte[][]?> find)
    {
        if (!int.TryParse(TakeWord(ref rest), out var columnsLength) || !int.TryParse(TakeWord(ref rest), out var jsonLength)
            || columnsLength < 0 || jsonLength < 0 || BlobText.ParseLengths(TakeWord(ref rest)) is not { } lengths)
        {
            throw Damaged(contract, "its lengths are not numbers");
        }

        if (rest.Length != (long)columnsLength + 1 + jsonLength || rest[columnsLength] != ' ')
        {
            throw Damaged(contract, $"{rest.Length} characters follow where {(long)columnsLength + 1 + jsonLength} were announced");
        }

        byte[][] blobs =
            lengths.Length == 0 ? [] : find(digest) ?? throw Damaged(contract, "its weights are missing, or those of another model");
        if (!blobs.Select(blob => blob.Length).SequenceEqual(lengths))
        {
            throw Damaged(contract, "its weights have another length than was announced");
        }

        var columns = rest[..columnsLength].ToString();
        var state = new SavedState(rest[(columnsLength + 1)..].ToString(), [.. blobs.Select(blob => new ReadOnlyMemory<byte>(blob))]);
        if (digest != state.Digest(contract, columns))
        {
            throw Damaged(contract, "its SHA-256 digest differs from the one it was written with");
        }

        try
        {
            return state with { Columns = JsonSerializer.Deserialize<SavedColumns>(columns, Format) };
        }
        catch (JsonException fault)
        {
            throw Damaged(contract, $"its columns cannot be read ({fault.Message})");
        }
    }
}
