namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Reads version 1 of saved states: <c>medseg-state/1 CONTRACT SHA256 JSON-LENGTH PAYLOAD-LENGTH JSON BASE64</c>.</summary>
internal static class FirstState
{
    /// <summary>The state.</summary>
    /// <param name="rest">What follows the digest.</param>
    /// <param name="contract">The contract that it is for.</param>
    /// <param name="digest">The digest that it was written with.</param>
    /// <exception cref="InputDataException">The text is damaged.</exception>
    public static SavedState Read(ReadOnlySpan<char> rest, string contract, string digest)
    {
        if (
            !int.TryParse(SavedState.TakeWord(ref rest), out var jsonLength)
            || !int.TryParse(SavedState.TakeWord(ref rest), out var payloadLength)
            || jsonLength < 0
            || payloadLength is < 0 or > (640 << 20)
        )
        {
            throw SavedState.Damaged(contract, "its lengths are not numbers");
        }

        var base64Length = (payloadLength + 2) / 3 * 4;
        if (rest.Length != (long)jsonLength + 1 + base64Length || rest[jsonLength] != ' ')
        {
            throw SavedState.Damaged(
                contract,
                $"{rest.Length} characters follow where {(long)jsonLength + 1 + base64Length} were announced"
            );
        }

        var payload = new byte[payloadLength];
        if (!Convert.TryFromBase64Chars(rest[(jsonLength + 1)..], payload, out var written) || written != payloadLength)
        {
            throw SavedState.Damaged(contract, "its bytes are not base64");
        }

        var state = new SavedState(rest[..jsonLength].ToString(), payloadLength == 0 ? [] : [payload]);
        return digest == state.Digest(contract, columns: null)
            ? state
            : throw SavedState.Damaged(contract, "its SHA-256 digest differs from the one it was written with");
    }
}
