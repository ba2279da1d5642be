// Stands in for Microsoft.ML.Core: the item types that a text file can hold.
namespace Microsoft.ML.Data;

public enum DataKind : byte
{
    SByte = 1,
    Byte = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Int64 = 7,
    UInt64 = 8,
    Single = 9,
    Double = 10,
    String = 11,
    Boolean = 12,
    TimeSpan = 13,
    DateTime = 14,
    DateTimeOffset = 15,
}

internal static class DataKinds
{
    public static PrimitiveDataViewType ToType(this DataKind kind) => kind switch
    {
        DataKind.String => TextDataViewType.Instance,
        DataKind.Boolean => BooleanDataViewType.Instance,
        DataKind.TimeSpan => TimeSpanDataViewType.Instance,
        DataKind.DateTime => DateTimeDataViewType.Instance,
        DataKind.DateTimeOffset => DateTimeOffsetDataViewType.Instance,
        _ => NumberDataViewType.All.FirstOrDefault(type => type.RawType.Name == kind.ToString())
            ?? throw new ArgumentOutOfRangeException(nameof(kind), $"There is no kind of data {kind}."),
    };

    public static DataKind Of(Type rawType) => Enum.GetValues<DataKind>()
        .First(kind => kind.ToType() == StandardTypes.Of(rawType));
}
