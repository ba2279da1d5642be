// Stands in for Microsoft.ML.Core: what is known of a schema before there is data, passed from estimator to estimator.
using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private static readonly SchemaShape Empty = new([]);

    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = columns.ToArray();
        if (_columns.Any(column => column.Name is null))
        {
            throw new ArgumentOutOfRangeException(nameof(columns), "Some items are not initialized properly.");
        }
    }

    public int Count => _columns.Length;

    public Column this[int index] => _columns[index];

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static SchemaShape Create(DataViewSchema schema) =>
        new(schema.Where(column => !column.IsHidden).Select(
            column => Column.Of(column.Name, column.Type, OfAnnotations(column.Annotations))));

    internal bool TryFindColumn(string name, out Column column)
    {
        column = _columns.FirstOrDefault(candidate => candidate.Name == name);
        return column.Name is not null;
    }

    internal Column Find(string name, string role = "input") => TryFindColumn(name, out var column)
        ? column
        : throw SchemaMismatch.Missing("inputSchema", role, name);

    /// <summary>These columns, with the added ones in the place of those that have their names.</summary>
    internal SchemaShape With(IEnumerable<Column> added)
    {
        var result = _columns.ToDictionary(column => column.Name);
        foreach (var column in added)
        {
            result[column.Name] = column;
        }

        return new SchemaShape(result.Values);
    }

    private static SchemaShape OfAnnotations(DataViewSchema.Annotations annotations) => annotations.Schema.Count == 0
        ? Empty
        : new SchemaShape(annotations.Schema.Select(column => Column.Of(column.Name, column.Type, Empty)));

    public struct Column
    {
        public enum VectorKind
        {
            Scalar,
            Vector,
            VariableVector,
        }

        public readonly string Name;

        public readonly VectorKind Kind;

        public readonly DataViewType ItemType;

        public readonly bool IsKey;

        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind kind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            Name = name;
            Kind = kind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? Empty;
        }

        internal static Column Of(string name, DataViewType type, SchemaShape annotations = null)
        {
            var vector = type as VectorDataViewType;
            var kind = vector is null ? VectorKind.Scalar
                : vector.IsKnownSize ? VectorKind.Vector
                : VectorKind.VariableVector;
            var itemType = vector?.ItemType ?? type;
            return itemType is KeyDataViewType
                ? new Column(name, kind, StandardTypes.Of(itemType.RawType), isKey: true, annotations)
                : new Column(name, kind, itemType, isKey: false, annotations);
        }

        internal Column Renamed(string name) => new(name, Kind, ItemType, IsKey, Annotations);

        internal string TypeText()
        {
            var item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString();
            return Kind switch
            {
                VectorKind.Vector => $"Vector<{item}>",
                VectorKind.VariableVector => $"VarVector<{item}>",
                _ => item,
            };
        }
    }
}
