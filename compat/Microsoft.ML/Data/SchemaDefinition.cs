// Stands in for Microsoft.ML.Data: which members of a row class are columns, of what name and type.
using System.Reflection;

namespace Microsoft.ML.Data;

public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }

    public Column this[string columnName]
    {
        get => Find(column => column.ColumnName == columnName);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.ColumnName != columnName)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(columnName),
                    $"The column name is specified as '{value.ColumnName}' but must match the selector '{columnName}'.");
            }

            var index = FindIndex(column => column.ColumnName == columnName);
            if (index < 0)
            {
                Add(value);
            }
            else
            {
                this[index] = value;
            }
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        ArgumentNullException.ThrowIfNull(userType);
        var definition = new SchemaDefinition();
        foreach (var member in MembersOf(userType, direction))
        {
            var name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            if (definition[name] is not null)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(userType),
                    $"Duplicate column name '{name}' detected");
            }

            definition.Add(new Column(member.Name, TypeOf(member), name));
        }

        return definition;
    }

    /// <summary>The definition of a row class whose columns have the types and annotations of a schema.</summary>
    internal static SchemaDefinition For(Type userType, DataViewSchema schema)
    {
        var definition = Create(userType, Direction.Read);
        foreach (var column in schema)
        {
            var target = definition[column.Name]
                ?? throw new InvalidOperationException($"Type should contain a member named {column.Name}");
            target.ColumnType = column.Type;
            target.CopyAnnotations(column.Annotations);
        }

        return definition;
    }

    internal static DataViewType TypeOf(MemberInfo member)
    {
        var (itemType, isVector) = RowMember.ItemOf(MemberAccess.TypeOf(member));
        var marks = member.GetCustomAttributes<DataViewTypeAttribute>().ToArray();
        if (marks.Length > 1)
        {
            throw new ArgumentException(
                $"Member {member.Name} cannot be marked with several attributes derived from "
                + $"{typeof(DataViewTypeAttribute)}.");
        }

        var mark = marks.FirstOrDefault();
        mark?.Register();
        if (DataViewTypeManager.TryFind(itemType, mark, out var customType))
        {
            return customType;
        }

        if (!StandardTypes.TryFind(itemType, out var standardType))
        {
            throw new ArgumentOutOfRangeException(
                "rawType",
                $"Could not determine an IDataView type and registered custom types for member {member.Name}");
        }

        return Shape(member, Key(member, standardType), isVector);
    }

    private static PrimitiveDataViewType Key(MemberInfo member, PrimitiveDataViewType type)
    {
        if (member.GetCustomAttribute<KeyTypeAttribute>() is not { } key)
        {
            return type;
        }

        return KeyDataViewType.IsValidDataType(type.RawType)
            ? new KeyDataViewType(type.RawType, key.Count ?? KeyDataViewType.LargestCount(type.RawType))
            : throw new ArgumentOutOfRangeException(
                "userType",
                $"Member {member.Name} marked with KeyType attribute, but does not appear to be a valid kind of data "
                + "for a key type");
    }

    private static DataViewType Shape(MemberInfo member, PrimitiveDataViewType itemType, bool isVector)
    {
        var shape = member.GetCustomAttribute<VectorTypeAttribute>();
        if (shape is not null && !isVector)
        {
            throw new ArgumentOutOfRangeException(
                "userType",
                $"Member {member.Name} marked with VectorTypeAttribute, but does not appear to be a vector type");
        }

        return !isVector ? itemType
            : shape?.Dimensions is { Length: > 0 } sizes ? new VectorDataViewType(itemType, sizes)
            : new VectorDataViewType(itemType);
    }

    private static IEnumerable<MemberInfo> MembersOf(Type type, Direction direction)
    {
        const BindingFlags Visible = BindingFlags.Public | BindingFlags.Instance;
        var properties = type.GetProperties(Visible).Where(property =>
            property.GetIndexParameters().Length == 0
            && ((direction.HasFlag(Direction.Read) && property.GetGetMethod() is not null)
                || (direction.HasFlag(Direction.Write) && property.GetSetMethod() is not null)));
        return type.GetFields(Visible).Concat<MemberInfo>(properties)
            .Where(member => member.GetCustomAttribute<NoColumnAttribute>() is null);
    }

    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();
        private readonly HashSet<string> _kinds = [];

        internal Column(string memberName, DataViewType columnType, string columnName)
        {
            MemberName = memberName;
            ColumnType = columnType;
            ColumnName = columnName;
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            ArgumentNullException.ThrowIfNull(kind);
            ArgumentNullException.ThrowIfNull(annotationType);
            if (!_kinds.Add(kind))
            {
                throw new InvalidOperationException("Column already contains an annotation of this kind.");
            }

            _annotations.Add(kind, annotationType, AnnotationValue.Getter(value, annotationType));
        }

        internal void CopyAnnotations(DataViewSchema.Annotations annotations)
        {
            _kinds.UnionWith(annotations.Schema.Select(column => column.Name));
            _annotations.Add(annotations, kind => true);
        }
    }
}
