namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>The columns of one mapped row or cursor: hands on the input's getters, and binds the function when first needed.</summary>
internal sealed class MappedColumns
{
    private readonly DataViewRow _input;
    private readonly bool[] _active;
    private Delegate[]? _added;

    public MappedColumns(DataViewRow input, RowMapping mapping, IEnumerable<DataViewSchema.Column> active)
    {
        _input = input;
        Mapping = mapping;
        _active = new bool[mapping.OutputSchema.Count];
        foreach (var column in active)
        {
            _active[column.Index] = true;
        }
    }

    public RowMapping Mapping { get; }

    public bool IsActive(DataViewSchema.Column column) => _active[column.Index];

    public ValueGetter<T> GetGetter<T>(DataViewSchema.Column column)
    {
        if (!IsActive(column))
        {
            throw new ArgumentException($"Column '{column.Name}' was not asked for when the cursor was made.", nameof(column));
        }

        var inputs = Mapping.InputSchema.Count;
        if (column.Index < inputs)
        {
            return _input.GetGetter<T>(Mapping.InputSchema[column.Index]);
        }

        _added ??= Mapping.Bind(_input);
        return _added[column.Index - inputs] as ValueGetter<T>
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}' holds {column.Type.RawType.Name}; it cannot be read as {typeof(T).Name}."
            );
    }
}
