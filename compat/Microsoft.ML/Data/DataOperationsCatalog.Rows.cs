// Stands in for Microsoft.ML.Data: mlContext.Data, fewer rows and rows in another order.
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public IDataView TakeRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return new RowRangeView(input, 0, count);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return new RowRangeView(input, count, long.MaxValue);
    }

    /// <summary>Columns of custom types are not part of the result, as their values cannot be kept in the pool.</summary>
    public IDataView ShuffleRows(
        IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shufflePoolSize);
        var cacheable = new MappedView(input, ColumnSelection.Cacheable(input.Schema));
        return new ShuffledView(cacheable, seed ?? _environment.Rand.Next(), shufflePoolSize, shuffleSource);
    }

    /// <summary>Columns of custom types are not part of the result, as their values cannot be kept.</summary>
    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (var name in columnsToPrefetch ?? [])
        {
            SchemaMismatch.Find(input.Schema, name, "prefetch");
        }

        return new CacheView(input);
    }

    public IDataView FilterRowsByColumn(
        IDataView input,
        string columnName,
        double lowerBound = double.NegativeInfinity,
        double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        if (!(lowerBound < upperBound))
        {
            throw new ArgumentOutOfRangeException(
                nameof(upperBound), $"The upper bound {upperBound} must be above the lower bound {lowerBound}.");
        }

        var column = input.Schema[columnName];
        bool IsInside(double value) => value >= lowerBound && value < upperBound;
        return column.Type switch
        {
            NumberDataViewType type when type == NumberDataViewType.Single => new FilteredView(
                input, [column], row => Test<float>(row, column, value => IsInside(value))),
            NumberDataViewType type when type == NumberDataViewType.Double => new FilteredView(
                input, [column], row => Test<double>(row, column, IsInside)),
            _ => throw SchemaMismatch.WrongType(
                nameof(columnName), "filter", columnName, "Single or Double", column.Type.ToString()),
        };
    }

    private static Func<bool> Test<T>(DataViewRow row, DataViewSchema.Column column, Func<T, bool> isKept)
    {
        var get = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            get(ref value);
            return isKept(value);
        };
    }
}
