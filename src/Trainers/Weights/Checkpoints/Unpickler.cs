using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;

/// <summary>Reads a pickle that builds nothing but tensors, containers, text and numbers; it can run no code.</summary>
/// <remarks>
/// The instructions of protocols 2 to 5 that torch.save writes, https://github.com/python/cpython/blob/main/Lib/pickletools.py. Anything
/// else ends it. Each instruction takes a fixed amount of memory or as much as its bytes, and the number of instructions is limited, so
/// that a small file cannot grow large.
/// </remarks>
internal sealed class Unpickler
{
    /// <summary>
    /// Most instructions that are followed; a checkpoint takes about forty a tensor, and its history of a thousand epochs some hundred
    /// thousand.
    /// </summary>
    public const int MostInstructions = 8_000_000;

    /// <summary>Most lists, tuples and dictionaries that are built; a checkpoint takes about four a tensor.</summary>
    public const int MostContainers = 1_000_000;

    private static readonly object Mark = new();

    private readonly byte[] _bytes;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _position;
    private int _containers;

    private Unpickler(byte[] bytes) => _bytes = bytes;

    /// <summary>The object that a pickle builds.</summary>
    /// <exception cref="InputDataException">The pickle is damaged, or builds what is refused; the message names it.</exception>
    public static object? Read(byte[] bytes) => new Unpickler(bytes).Run();

    private object? Run()
    {
        for (var left = MostInstructions; left > 0; left--)
        {
            var instruction = Take(1)[0];
            if (instruction == '.')
            {
                return Pop();
            }

            Follow(instruction);
        }

        throw new InputDataException($"its pickle has more than {MostInstructions} instructions.");
    }

    private void Follow(byte instruction)
    {
        switch ((char)instruction)
        {
            case '\u0080': // PROTO
                var protocol = Take(1)[0];
                if (protocol is < 2 or > 5)
                {
                    throw new InputDataException($"its pickle has protocol {protocol}; 2 to 5 are read.");
                }

                break;
            case '\u0095': // FRAME
                Take(8);
                break;
            case '(':
                Push(Mark);
                break;
            case '0': // POP
                _ = PopAny();
                break;
            case '1': // POP_MARK
                _ = PopToMark();
                break;
            case '2': // DUP
                Push(Peek());
                break;
            case 'q' or 'r' or '\u0094': // BINPUT, LONG_BINPUT, MEMOIZE
                _memo[instruction == 'q' ? Take(1)[0] : instruction == 'r' ? UInt32() : _memo.Count] = Peek();
                break;
            case 'h' or 'j': // BINGET, LONG_BINGET
                var index = instruction == 'h' ? Take(1)[0] : UInt32();
                Push(
                    _memo.TryGetValue(index, out var kept)
                        ? kept
                        : throw new InputDataException($"its pickle takes object {index}, which it did not keep.")
                );
                break;
            case 'c': // GLOBAL
                Push(PickleGlobals.Find(Line(), Line()));
                break;
            case '\u0093': // STACK_GLOBAL
                var name = Pop() as string;
                Push(PickleGlobals.Find(Pop() as string ?? "", name ?? ""));
                break;
            case 'R': // REDUCE
                var arguments = Pop();
                Push(PickleGlobals.Call(Pop(), arguments));
                break;
            case 'Q': // BINPERSID
                Push(PickleGlobals.Storage(Pop()));
                break;
            case 'b': // BUILD
                SetState(Pop());
                break;
            default:
                FollowData(instruction);
                break;
        }
    }

    private void FollowData(byte instruction)
    {
        switch ((char)instruction)
        {
            case 'N':
                Push(null);
                break;
            case '\u0088' or '\u0089': // NEWTRUE, NEWFALSE
                Push(instruction == 0x88);
                break;
            case 'K' or 'M' or 'J': // BININT1, BININT2, BININT
                Push(
                    instruction == 'K' ? Take(1)[0]
                    : instruction == 'M' ? BinaryPrimitives.ReadUInt16LittleEndian(Take(2))
                    : (long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))
                );
                break;
            case '\u008a' or '\u008b': // LONG1, LONG4
                Push(Long(instruction == 0x8a ? Take(1)[0] : UInt32()));
                break;
            case 'G': // BINFLOAT
                Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            case 'X' or '\u008c' or '\u008d': // BINUNICODE, SHORT_BINUNICODE, BINUNICODE8
                Push(Encoding.UTF8.GetString(Take(instruction == 'X' ? UInt32() : instruction == 0x8c ? Take(1)[0] : UInt64())));
                break;
            case 'B' or 'C' or '\u008e' or '\u0096': // BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8
                Push(Take(instruction == 'B' ? UInt32() : instruction == 'C' ? Take(1)[0] : UInt64()).ToArray());
                break;
            case ']':
                PushContainer(new PickleList());
                break;
            case 'a': // APPEND
                var item = Pop();
                Require<PickleList>(Peek(), "appends to what is not a list").Items.Add(item);
                break;
            case 'e': // APPENDS
                var items = PopToMark();
                Require<PickleList>(Peek(), "appends to what is not a list").Items.AddRange(items);
                break;
            case 'l': // LIST
                var list = new PickleList();
                list.Items.AddRange(PopToMark());
                PushContainer(list);
                break;
            case '}':
                PushContainer(new PickleDictionary());
                break;
            case 's': // SETITEM
                var value = Pop();
                Set([Pop(), value]);
                break;
            case 'u': // SETITEMS
                Set(PopToMark());
                break;
            case ')':
                PushContainer(new PickleTuple([]));
                break;
            case 't': // TUPLE
                PushContainer(new PickleTuple(PopToMark()));
                break;
            case >= '\u0085' and <= '\u0087': // TUPLE1, TUPLE2, TUPLE3
                var tuple = new object?[instruction - 0x84];
                for (var at = tuple.Length - 1; at >= 0; at--)
                {
                    tuple[at] = Pop();
                }

                PushContainer(new PickleTuple(tuple));
                break;
            default:
                throw new InputDataException(
                    $"its pickle has the instruction 0x{instruction:x2} at byte {_position - 1}, "
                        + "which torch.save does not write; it is refused."
                );
        }
    }

    private void Set(object?[] pairs)
    {
        if (pairs.Length % 2 != 0)
        {
            throw new InputDataException("its pickle sets a key without a value.");
        }

        var dictionary = Require<PickleDictionary>(Peek(), "sets an item of what is not a dictionary");
        for (var at = 0; at < pairs.Length; at += 2)
        {
            dictionary.Entries.Add(new(pairs[at], pairs[at + 1]));
        }
    }

    private void SetState(object? state)
    {
        if (Peek() is PickleNumberType type)
        {
            NumPyScalars.SetState(type, state);
        }
        else
        {
            // Attributes of an OrderedDict hold no tensors.
            Require<PickleDictionary>(Peek(), "sets the state of what is not a dictionary");
        }
    }

    private static T Require<T>(object? value, string otherwise)
        where T : class => value as T ?? throw new InputDataException($"its pickle {otherwise}; it is refused.");

    private void Push(object? value) => _stack.Add(value);

    // A container takes up to a hundred bytes for the one byte of its instruction.
    private void PushContainer(object container)
    {
        if (++_containers > MostContainers)
        {
            throw new InputDataException($"its pickle has more than {MostContainers} lists, tuples and dictionaries.");
        }

        Push(container);
    }

    private object? Pop() =>
        PopAny() is var value && !ReferenceEquals(value, Mark)
            ? value
            : throw new InputDataException("its pickle takes a mark for an object.");

    private object? PopAny()
    {
        var value = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object? Peek() =>
        Top() is var value && !ReferenceEquals(value, Mark)
            ? value
            : throw new InputDataException("its pickle takes a mark for an object.");

    private object? Top() =>
        _stack.Count > 0 ? _stack[^1] : throw new InputDataException("its pickle takes an object from an empty stack.");

    private object?[] PopToMark()
    {
        var mark = _stack.FindLastIndex(value => ReferenceEquals(value, Mark));
        if (mark < 0)
        {
            throw new InputDataException("its pickle goes back to a mark that it did not set.");
        }

        object?[] values = [.. _stack.Skip(mark + 1)];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    // Little-endian two's complement; whole numbers of a checkpoint fit into 8 bytes.
    private long Long(long length)
    {
        var bytes = Take(length);
        if (length > sizeof(long))
        {
            throw new InputDataException($"its pickle has a number of {length} bytes; 8 are read.");
        }

        var value = length > 0 && bytes[^1] >= 0x80 ? -1L : 0L;
        for (var at = bytes.Length - 1; at >= 0; at--)
        {
            value = (value << 8) | bytes[at];
        }

        return value;
    }

    private long UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private long UInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    private string Line()
    {
        var end = _bytes.AsSpan(_position).IndexOf((byte)'\n');
        var line = Encoding.UTF8.GetString(Take(end < 0 ? -1 : end));
        Take(1);
        return line;
    }

    private ReadOnlySpan<byte> Take(long length)
    {
        if (length < 0 || length > _bytes.Length - _position)
        {
            throw new InputDataException("its pickle is cut short.");
        }

        _position += (int)length;
        return _bytes.AsSpan(_position - (int)length, (int)length);
    }
}
