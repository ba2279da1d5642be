// Stands in for internals of Microsoft.ML.Data: the column type of each .NET type that needs no registration.
namespace Microsoft.ML.Data;

internal static class StandardTypes
{
    public static readonly PrimitiveDataViewType[] All =
    [
        TextDataViewType.Instance, BooleanDataViewType.Instance, RowIdDataViewType.Instance,
        DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance, TimeSpanDataViewType.Instance,
        .. NumberDataViewType.All,
    ];

    private static readonly Dictionary<Type, PrimitiveDataViewType> ByRawType = All.ToDictionary(type => type.RawType);

    public static bool TryFind(Type rawType, out PrimitiveDataViewType type) =>
        ByRawType.TryGetValue(rawType, out type);

    public static PrimitiveDataViewType Of(Type rawType)
    {
        var itemType = rawType == typeof(string) ? typeof(ReadOnlyMemory<char>) : rawType;
        return TryFind(itemType, out var type)
            ? type
            : throw new NotSupportedException($"Type {rawType} has no standard column type.");
    }

    /// <summary>Whether values may be buffered: primitives and vectors of them, no custom reference types.</summary>
    public static bool IsCacheable(this DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;
}
