namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>Reads the fields of a protocol buffer message; what <see cref="ProtobufWriter"/> writes, and more.</summary>
/// <remarks>
/// Wire format: https://protobuf.dev/programming-guides/encoding. Every length is checked against the bytes that are there.
/// </remarks>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The number of the field that <see cref="Next"/> came to.</summary>
    public int Field { get; private set; }

    /// <summary>Its value, where it is a number.</summary>
    public long Number { get; private set; }

    /// <summary>Its bytes, where it is text, data or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The bytes of the whole field, including its number.</summary>
    public ReadOnlySpan<byte> Raw { get; private set; }

    /// <summary>Goes to the next field; false at the end.</summary>
    /// <exception cref="InputDataException">The message is damaged.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var before = _rest;
        var tag = Varint();
        (Field, Number) = ((int)(tag >> 3), 0);
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Number = (long)Varint();
                break;
            case 1:
                Bytes = Take(8);
                break;
            case 2:
                Bytes = Take(Varint());
                break;
            case 5:
                Bytes = Take(4);
                break;
            default:
                throw Damaged();
        }

        Raw = before[..(before.Length - _rest.Length)];
        return true;
    }

    /// <summary>The numbers of a packed field, or the single one of a field that is not packed.</summary>
    public readonly IEnumerable<long> Numbers()
    {
        if (Bytes.IsEmpty)
        {
            return [Number];
        }

        var packed = new ProtobufReader(Bytes);
        var numbers = new List<long>();
        while (!packed._rest.IsEmpty)
        {
            numbers.Add((long)packed.Varint());
        }

        return numbers;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Damaged();
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw Damaged();
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private static InputDataException Damaged() =>
        new("The ONNX model is damaged: a field of it is longer than its message. Copy or export it again.");
}
