using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Adds columns to the shape of a schema, which <c>GetOutputSchema</c> of an estimator returns.</summary>
/// <remarks>
/// <see cref="SchemaShape.Column"/> has no public constructor, so each column is taken from a stock estimator whose
/// output is that column.
/// </remarks>
internal static class OutputColumns
{
    private static readonly Lazy<MLContext> Context = new(() => new MLContext(seed: 0));

    /// <summary>The shape with columns added; one of the same name is replaced.</summary>
    public static SchemaShape AddTo(SchemaShape input, IEnumerable<(string Name, ColumnKind Kind)> added)
    {
        var columns = new Dictionary<string, SchemaShape.Column>();
        foreach (var column in input)
        {
            columns[column.Name] = column;
        }

        foreach (var (name, kind) in added)
        {
            columns[name] = Make(name, kind);
        }

        return new SchemaShape(columns.Values);
    }

    private static SchemaShape.Column Make(string name, ColumnKind kind)
        => kind == ColumnKind.Volume ? Make<VolumeMember>(name)
            : kind == ColumnKind.LabelVolume ? Make<LabelVolumeMember>(name)
            : kind == ColumnKind.Image ? Make<ImageMember>(name)
            : kind == ColumnKind.Number ? Make<NumberMember>(name)
            : kind == ColumnKind.Boolean ? Make<BooleanMember>(name)
            : kind.Type is VectorDataViewType ? Make<NumbersMember>(name)
            : kind.Type is KeyDataViewType ? MakeKey(name)
            : Make<TextMember>(name);

    // With annotations for its values, so that MapKeyToValue may follow.
    private static SchemaShape.Column MakeKey(string name)
    {
        var text = Make<TextMember>("text");
        return Context
            .Value.Transforms.Conversion.MapValueToKey(name, text.Name)
            .GetOutputSchema(new SchemaShape([text]))
            .Single(column => column.Name == name && column.IsKey);
    }

    private static SchemaShape.Column Make<TRow>(string name)
        where TRow : class, new()
    {
        var definition = SchemaDefinition.Create(typeof(TRow));
        definition[0].ColumnName = name;
        var stock = Context.Value.Transforms.CustomMapping<NoColumns, TRow>(
            static (_, _) => { },
            contractName: null,
            outputSchemaDefinition: definition
        );
        return stock.GetOutputSchema(new SchemaShape([])).Single();
    }

    private sealed class VolumeMember
    {
        [VolumeColumn]
        public Volume? Value { get; set; }
    }

    private sealed class LabelVolumeMember
    {
        [LabelVolumeColumn]
        public LabelVolume? Value { get; set; }
    }

    private sealed class ImageMember
    {
        [ImageColumn]
        public MLImage? Value { get; set; }
    }

    private sealed class NumberMember
    {
        public float Value { get; set; }
    }

    private sealed class BooleanMember
    {
        public bool Value { get; set; }
    }

    private sealed class NumbersMember
    {
        [VectorType(1)]
        public VBuffer<float> Value { get; set; }
    }

    private sealed class TextMember
    {
        public string? Value { get; set; }
    }
}
