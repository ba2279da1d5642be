// Stands in for internals of Microsoft.ML.Data: the values of one column, copied out of a cursor.
namespace Microsoft.ML.Data;

internal interface ICachedColumn
{
    void Add();

    Delegate Getter(Func<int> row);
}

internal sealed class CachedColumn<T>(ValueGetter<T> source) : ICachedColumn
{
    private readonly List<T> _values = [];
    private readonly ValueCopy<T> _copy = ValueCopy.For<T>();

    public void Add()
    {
        // A new value each time: a vector handed out before must not be written over.
        T value = default;
        source(ref value);
        _values.Add(value);
    }

    public Delegate Getter(Func<int> row)
    {
        ValueGetter<T> getter = (ref T value) => _copy(_values[row()], ref value);
        return getter;
    }
}
