// Stands in for internals of Microsoft.ML.Data: a member of a row class, checked against the column it stands for.
using System.Reflection;

namespace Microsoft.ML.Data;

internal sealed record RowMember(
    string ColumnName, DataViewType ColumnType, MemberInfo Member, DataViewSchema.Annotations Annotations)
{
    public Type MemberType => MemberAccess.TypeOf(Member);

    /// <summary>The members that a definition lists, or all members that can be used in the given direction.</summary>
    public static RowMember[] Of(
        Type rowType, SchemaDefinition definition, SchemaDefinition.Direction direction = SchemaDefinition.Direction.Both)
    {
        definition ??= SchemaDefinition.Create(rowType, direction);
        return definition.Select(column => Of(rowType, column)).ToArray();
    }

    public DataViewSchema.DetachedColumn ToColumn() => new(ColumnName, ColumnType, Annotations);

    /// <summary>The type of one item as a view holds it, and whether the member holds many.</summary>
    public static (Type ItemType, bool IsVector) ItemOf(Type memberType)
    {
        var isBuffer = memberType.IsGenericType && memberType.GetGenericTypeDefinition() == typeof(VBuffer<>);
        var itemType = memberType.IsArray ? memberType.GetElementType()
            : isBuffer ? memberType.GetGenericArguments()[0]
            : memberType;
        return (itemType == typeof(string) ? typeof(ReadOnlyMemory<char>) : itemType, memberType.IsArray || isBuffer);
    }

    private static RowMember Of(Type rowType, SchemaDefinition.Column column)
    {
        var member = (MemberInfo)rowType.GetField(column.MemberName)
            ?? rowType.GetProperty(column.MemberName)
            ?? throw new ArgumentOutOfRangeException(
                "userSchemaDefinition",
                $"No field or property with name '{column.MemberName}' found in type '{rowType.FullName}'");
        var name = string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName;
        var type = column.ColumnType ?? SchemaDefinition.TypeOf(member);

        var (itemType, isVector) = ItemOf(MemberAccess.TypeOf(member));
        var vectorType = type as VectorDataViewType;
        if (isVector != vectorType is not null)
        {
            throw new ArgumentOutOfRangeException(
                "userSchemaDefinition",
                $"Column '{name}' is supposed to be {(isVector ? "scalar" : "vector")}, but type of associated field "
                + $"'{column.MemberName}' is {(isVector ? "vector" : "scalar")}");
        }

        var columnItemType = (vectorType?.ItemType ?? type).RawType;
        return columnItemType == itemType
            ? new RowMember(name, type, member, column.Annotations)
            : throw new ArgumentOutOfRangeException(
                "userSchemaDefinition",
                $"Column '{name}' is supposed to have item type {columnItemType}, but associated field has type "
                + $"{itemType}");
    }
}
