// Stands in for Microsoft.ML.Data: views of delimited text files.
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Dense rows with fixed columns: sparse rows and ranges without an end are left out.</summary>
public sealed partial class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly Options _options;
    private readonly DataViewSchema _schema;

    internal TextLoader(Options options)
    {
        if (options.Columns is not { Length: > 0 })
        {
            throw new ArgumentException("Name the columns to load: Options.Columns is empty.", nameof(options));
        }

        _options = options;
        _schema = DataViewSchema.Of(options.Columns.Select(
            column => new DataViewSchema.DetachedColumn(column.Name, column.ToType())));
    }

    public DataViewSchema GetOutputSchema() => _schema;

    public IDataView Load(IMultiStreamSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        for (var i = 0; i < source.Count; i++)
        {
            // A wrong path throws here, not at the first row.
            if (source.GetPathOrNull(i) is { } path && !File.Exists(path))
            {
                throw new ArgumentOutOfRangeException(nameof(source), $"File does not exist at path: {path}");
            }
        }

        return new TextView(_schema, _options, source);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException(
        "The ML.NET stand-in saves models with their input schema, not with a loader. Use Model.Save(model, schema, ..).");

    internal static Column[] ColumnsOf(Type rowType)
    {
        const BindingFlags Visible = BindingFlags.Public | BindingFlags.Instance;
        var properties = rowType.GetProperties(Visible).Where(property => property.GetGetMethod() is not null);
        var columns = rowType.GetFields(Visible).Concat<MemberInfo>(properties).Select(ColumnOf).ToArray();
        return columns.Length > 0
            ? columns
            : throw new ArgumentOutOfRangeException(
                nameof(rowType), $"Should define at least one public, readable field or property in {rowType}.");
    }

    private static Column ColumnOf(MemberInfo member)
    {
        var sources = member.GetCustomAttribute<LoadColumnAttribute>()?.Sources ?? throw new InvalidOperationException(
            $"{member.MemberType} '{member.Name}' is missing the {nameof(LoadColumnAttribute)} attribute");
        var name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
        var key = member.GetCustomAttribute<KeyTypeAttribute>();
        var (itemType, _) = RowMember.ItemOf(MemberAccess.TypeOf(member));
        return new Column(
            name, DataKinds.Of(itemType), sources, key is null ? null : new KeyCount { Count = key.Count });
    }
}
