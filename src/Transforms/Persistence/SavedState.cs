using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What a model zip keeps of one function: options as JSON and, where there is bulk data, bytes.</summary>
/// <remarks>
/// As text: <c>medseg-state/1 CONTRACT SHA256 JSON-LENGTH PAYLOAD-LENGTH JSON BASE64</c>, one space between. The digest is
/// over contract name, JSON (UTF-8) and bytes; reading checks it and both lengths before anything is interpreted.
/// </remarks>
/// <param name="Json">The options.</param>
/// <param name="Payload">Bulk data, such as an ONNX file; at most <see cref="MaximumPayload"/> bytes.</param>
internal sealed record SavedState(string Json, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The most bytes that a zip can carry: in base64 they must fit one .NET string.</summary>
    public const int MaximumPayload = 640 << 20;

    private const string Magic = "medseg-state/1";

    private static readonly JsonSerializerOptions Format = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 16,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The state that holds a value, by its JSON form.</summary>
    public static SavedState Of<T>(T value, ReadOnlyMemory<byte> payload = default) => new(JsonSerializer.Serialize(value, Format), payload);

    /// <summary>The value that the state holds.</summary>
    /// <exception cref="InvalidDataException">The JSON does not describe a <typeparamref name="T"/>.</exception>
    public T Read<T>()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Json, Format) ?? throw new JsonException("it is null");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException(
                $"The model's options cannot be read: {fault.Message} The model was written by other software or a later version; write it again with this one.", fault);
        }
    }

    /// <summary>The text that <see cref="FromText"/> reads.</summary>
    /// <exception cref="NotSupportedException">The payload is too large for a zip.</exception>
    public string ToText(string contract)
    {
        if (Payload.Length > MaximumPayload)
        {
            throw new NotSupportedException(
                $"The model has {Payload.Length >> 20} MiB of weights; an ML.NET zip carries {MaximumPayload >> 20} MiB. Use a narrower network, or keep the ONNX file beside the application.");
        }

        var header = $"{Magic} {contract} {Digest(contract)} {Json.Length} {Payload.Length} ";
        var length = header.Length + Json.Length + 1 + (checked(Payload.Length + 2) / 3 * 4);
        return string.Create(length, (header, this), static (text, parts) =>
        {
            var (header, state) = parts;
            header.CopyTo(text);
            state.Json.CopyTo(text[header.Length..]);
            text[header.Length + state.Json.Length] = ' ';
            Convert.TryToBase64Chars(state.Payload.Span, text[(header.Length + state.Json.Length + 1)..], out _);
        });
    }

    /// <summary>Reads and checks a text.</summary>
    /// <exception cref="InvalidDataException">The text is damaged, or belongs to another contract.</exception>
    public static SavedState FromText(ReadOnlySpan<char> text, string contract)
    {
        var rest = text;
        if (!TakeWord(ref rest).SequenceEqual(Magic))
        {
            throw Damaged(contract, $"it does not start with '{Magic}'");
        }

        var owner = TakeWord(ref rest);
        if (!owner.SequenceEqual(contract))
        {
            throw Damaged(contract, "it belongs to another transform");
        }

        var digest = TakeWord(ref rest);
        if (!int.TryParse(TakeWord(ref rest), out var jsonLength) || !int.TryParse(TakeWord(ref rest), out var payloadLength)
            || jsonLength < 0 || payloadLength is < 0 or > MaximumPayload)
        {
            throw Damaged(contract, "its lengths are not numbers");
        }

        var base64Length = (payloadLength + 2) / 3 * 4;
        if (rest.Length != (long)jsonLength + 1 + base64Length || rest[jsonLength] != ' ')
        {
            throw Damaged(contract, $"{rest.Length} characters follow where {(long)jsonLength + 1 + base64Length} were announced");
        }

        var payload = new byte[payloadLength];
        if (!Convert.TryFromBase64Chars(rest[(jsonLength + 1)..], payload, out var written) || written != payloadLength)
        {
            throw Damaged(contract, "its bytes are not base64");
        }

        var state = new SavedState(rest[..jsonLength].ToString(), payload);
        return digest.SequenceEqual(state.Digest(contract))
            ? state
            : throw Damaged(contract, "its SHA-256 digest differs from the one it was written with");
    }

    private static ReadOnlySpan<char> TakeWord(ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOf(' ');
        var word = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return word;
    }

    private static InvalidDataException Damaged(string contract, string how)
        => new($"The model's state for {contract} is damaged: {how}. The model zip was changed or cut short; copy it again from where it was saved, or train it again.");

    private string Digest(string contract)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes(contract + "\n" + Json + "\n"));
        sha.AppendData(Payload.Span);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}
