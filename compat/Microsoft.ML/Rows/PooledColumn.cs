// Stands in for internals of Microsoft.ML.Data: the values that one column has in the pool of a shuffle.
namespace Microsoft.ML.Data;

internal interface IPooledColumn
{
    Delegate Getter { get; }

    void Read(int slot);

    void Move(int from, int to);
}

internal sealed class PooledColumn<T> : IPooledColumn
{
    private readonly ValueGetter<T> _source;
    private readonly List<T> _slots = [];

    public PooledColumn(ValueGetter<T> source, Func<int> served)
    {
        _source = source;
        var copy = ValueCopy.For<T>();
        ValueGetter<T> getter = (ref T value) => copy(_slots[served()], ref value);
        Getter = getter;
    }

    public Delegate Getter { get; }

    public void Read(int slot)
    {
        if (slot == _slots.Count)
        {
            _slots.Add(default);
        }

        var value = _slots[slot];
        _source(ref value);
        _slots[slot] = value;
    }

    // The two trade places, so that a vector's memory stays in one slot only.
    public void Move(int from, int to) => (_slots[from], _slots[to]) = (_slots[to], _slots[from]);
}
