// Stands in for internals of Microsoft.ML.Data: a number in [0, 1) for each row, the same in every pass.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Data;

/// <summary>The number comes of the row's identity, or of its sampling key, and of the seed.</summary>
internal sealed class RowSampling
{
    private readonly IDataView _data;
    private readonly DataViewSchema.Column? _key;
    private readonly ulong _seed;

    public RowSampling(IDataView data, string samplingKey, int seed)
    {
        _data = data;
        _seed = unchecked((ulong)seed);
        if (samplingKey is null)
        {
            return;
        }

        _key = SchemaMismatch.Find(data.Schema, samplingKey, "SamplingKeyColumn");
        if (_key.Value.Type is not PrimitiveDataViewType)
        {
            throw SchemaMismatch.WrongType(
                "samplingKeyColumn", "SamplingKeyColumn", samplingKey, "a scalar", _key.Value.Type.ToString());
        }
    }

    /// <summary>The rows whose number is in [from, to) are the test set.</summary>
    public DataOperationsCatalog.TrainTestData Split(double from, double to) => new(
        new FilteredView(_data, Needed, row => Test(row, number => number < from || number >= to)),
        new FilteredView(_data, Needed, row => Test(row, number => number >= from && number < to)));

    private DataViewSchema.Column[] Needed => _key is { } key ? [key] : [];

    private Func<bool> Test(DataViewRow row, Func<double, bool> isKept)
    {
        var identify = _key is { } key
            ? (Func<DataViewRowId>)GenericCall.Invoke(
                typeof(RowSampling), nameof(KeyIdentity), [key.Type.RawType], row, key)
            : RowIdentity(row);
        return () => isKept(Number(identify()));
    }

    // The upper 53 bits make every double in [0, 1) equally likely.
    private double Number(DataViewRowId identity) => (identity.Mix(_seed).Low >> 11) * (1.0 / (1UL << 53));

    private static Func<DataViewRowId> RowIdentity(DataViewRow row)
    {
        var get = row.GetIdGetter();
        return () =>
        {
            DataViewRowId id = default;
            get(ref id);
            return id;
        };
    }

    private static Func<DataViewRowId> KeyIdentity<T>(DataViewRow row, DataViewSchema.Column key)
    {
        var get = row.GetGetter<T>(key);
        T value = default;
        return () =>
        {
            get(ref value);
            return new DataViewRowId(Hash(Bytes(ref value)), 0);
        };
    }

    private static ReadOnlySpan<byte> Bytes<T>(ref T value) => value is ReadOnlyMemory<char> text
        ? MemoryMarshal.AsBytes(text.Span)
        : MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref value), Unsafe.SizeOf<T>());

    // FNV-1a: the same on every machine and in every process, unlike string.GetHashCode.
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var value in bytes)
        {
            hash = (hash ^ value) * 0x100000001B3UL;
        }

        return hash;
    }
}
