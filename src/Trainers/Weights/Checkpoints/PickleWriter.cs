using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;

/// <summary>Writes pickles of protocol 2 as torch.save does: tensors, dictionaries, lists, tuples, text and numbers.</summary>
internal sealed class PickleWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public PickleWriter() => Instruction("\u0080\u0002");

    /// <summary>The pickle, ended.</summary>
    public byte[] ToBytes()
    {
        Instruction(".");
        return _bytes.WrittenSpan.ToArray();
    }

    /// <summary>None, a truth value, a number, text or a tree of JSON.</summary>
    public void Value(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject members:
                Dictionary(() => members.ToList().ForEach(member => Entry(member.Key, () => Value(member.Value))));
                break;
            case JsonArray items:
                List(() => items.ToList().ForEach(Value));
                break;
            case null:
                Instruction("N");
                break;
            default:
                Scalar(value);
                break;
        }
    }

    /// <summary>A dictionary.</summary>
    /// <param name="entries">Writes them, each by <see cref="Entry"/>.</param>
    /// <param name="isOrdered">True for a collections.OrderedDict.</param>
    public void Dictionary(Action entries, bool isOrdered = false)
    {
        Instruction(isOrdered ? "ccollections\nOrderedDict\n)R(" : "}(");
        entries();
        Instruction("u");
    }

    /// <summary>An entry of a dictionary.</summary>
    public void Entry(string key, Action value)
    {
        Text(key);
        value();
    }

    /// <summary>A list.</summary>
    public void List(Action items)
    {
        Instruction("](");
        items();
        Instruction("e");
    }

    /// <summary>A tuple of whole numbers.</summary>
    public void Tuple(IEnumerable<long> numbers)
    {
        Instruction("(");
        foreach (var number in numbers)
        {
            Integer(number);
        }

        Instruction("t");
    }

    /// <summary>torch.device("cpu").</summary>
    public void Processor()
    {
        Instruction("ctorch\ndevice\n");
        Text("cpu");
        Instruction("\u0085R");
    }

    /// <summary>A contiguous tensor of float32 whose numbers are the file data/KEY.</summary>
    public void Tensor(string key, IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        var count = 1L;
        for (var axis = shape.Count - 1; axis >= 0; axis--)
        {
            (strides[axis], count) = (count, count * shape[axis]);
        }

        Instruction("ctorch._utils\n_rebuild_tensor_v2\n((");
        Text("storage");
        Instruction("ctorch\nFloatStorage\n");
        Text(key);
        Text("cpu");
        Integer(count);
        Instruction("tQK\0");
        Tuple(shape);
        Tuple(strides);
        Instruction("\u0089ccollections\nOrderedDict\n)RtR");
    }

    /// <summary>Text.</summary>
    public void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        Instruction("X");
        _bytes.Write(length);
        _bytes.Write(bytes);
    }

    /// <summary>A whole number.</summary>
    public void Integer(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        Instruction("\u008a\u0008");
        _bytes.Write(bytes);
    }

    private void Scalar(JsonNode value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                Text(value.GetValue<string>());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                Instruction(value.GetValueKind() == JsonValueKind.True ? "\u0088" : "\u0089");
                break;
            default:
                // 1.0 is no whole number in JSON of Python.
                var text = value.ToJsonString();
                if (long.TryParse(text, out var whole))
                {
                    Integer(whole);
                    break;
                }

                Span<byte> bytes = stackalloc byte[8];
                BinaryPrimitives.WriteDoubleBigEndian(bytes, double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
                Instruction("G");
                _bytes.Write(bytes);
                break;
        }
    }

    private void Instruction(string instructions) => _bytes.Write(Encoding.Latin1.GetBytes(instructions));
}
