// Stands in for internals of Microsoft.ML.Data: the keys and values of a value mapping, as views hold them.
namespace Microsoft.ML.Data;

internal abstract class LookupTable(PrimitiveDataViewType keyType, DataViewType valueType)
{
    public PrimitiveDataViewType KeyType { get; } = keyType;

    public DataViewType ValueType { get; } = valueType;

    public static LookupTable Of<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var (itemType, isVector) = RowMember.ItemOf(typeof(TValue));
        var valueItem = StandardTypes.Of(itemType);
        DataViewType valueType = isVector ? new VectorDataViewType(valueItem) : valueItem;
        var keyType = StandardTypes.Of(typeof(TKey));
        return (LookupTable)GenericCall.Invoke(
            typeof(LookupTable), nameof(Fill), [keyType.RawType, valueType.RawType, typeof(TKey), typeof(TValue)],
            keyType, valueType, pairs);
    }

    public static LookupTable Load(ModelLoadContext context)
    {
        var keyType = TypeCodec.Read(context) as PrimitiveDataViewType
            ?? throw new FormatException("The model file is damaged: a value mapping has keys that are no scalars.");
        var valueType = TypeCodec.Read(context);
        return (LookupTable)GenericCall.Invoke(
            typeof(LookupTable), nameof(Read), [keyType.RawType, valueType.RawType], keyType, valueType, context);
    }

    public abstract Delegate Getter(DataViewRow row, DataViewSchema.Column keys);

    public abstract void Save(BinaryWriter writer);

    private static LookupTable<TKey, TValue> Fill<TKey, TValue, TGivenKey, TGivenValue>(
        PrimitiveDataViewType keyType, DataViewType valueType, IEnumerable<KeyValuePair<TGivenKey, TGivenValue>> pairs)
    {
        var table = new LookupTable<TKey, TValue>(keyType, valueType);
        foreach (var (key, value) in pairs)
        {
            table.Add((TKey)AsViewsHold(key), (TValue)AsViewsHold(value));
        }

        return table;
    }

    private static LookupTable<TKey, TValue> Read<TKey, TValue>(
        PrimitiveDataViewType keyType, DataViewType valueType, ModelLoadContext context)
    {
        var table = new LookupTable<TKey, TValue>(keyType, valueType);
        var readKey = ValueCodec.Reader<TKey>();
        var readValue = ValueCodec.Reader<TValue>();
        for (var rest = context.LoadCount(); rest > 0; rest--)
        {
            table.Add(readKey(context.Reader), readValue(context.Reader));
        }

        return table;
    }

    private static object AsViewsHold(object value) => value switch
    {
        string text => text.AsMemory(),
        string[] texts => Vector(Array.ConvertAll(texts, text => text.AsMemory())),
        Array items => GenericCall.Invoke(
            typeof(LookupTable), nameof(Vector), [items.GetType().GetElementType()], items),
        _ => value,
    };

    private static VBuffer<T> Vector<T>(T[] items) => new(items.Length, items);
}

internal sealed class LookupTable<TKey, TValue>(PrimitiveDataViewType keyType, DataViewType valueType)
    : LookupTable(keyType, valueType)
{
    private readonly Dictionary<TKey, TValue> _values = new(TextComparer.For<TKey>());

    public void Add(TKey key, TValue value)
    {
        if (!_values.TryAdd(key, value))
        {
            throw new InvalidOperationException($"Duplicate keys in data: '{key}'.");
        }
    }

    /// <summary>The value of a key; the default value where the table has no such key.</summary>
    public override Delegate Getter(DataViewRow row, DataViewSchema.Column keys)
    {
        var getKey = row.GetGetter<TKey>(keys);
        var copy = ValueCopy.For<TValue>();
        TKey key = default;
        ValueGetter<TValue> getter = (ref TValue value) =>
        {
            getKey(ref key);
            _values.TryGetValue(key, out var found);
            copy(found, ref value);
        };
        return getter;
    }

    public override void Save(BinaryWriter writer)
    {
        TypeCodec.Write(writer, KeyType);
        TypeCodec.Write(writer, ValueType);
        writer.Write(_values.Count);
        var writeKey = ValueCodec.Writer<TKey>();
        var writeValue = ValueCodec.Writer<TValue>();
        foreach (var (key, value) in _values)
        {
            writeKey(writer, key);
            writeValue(writer, value);
        }
    }
}
