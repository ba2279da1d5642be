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
            : Make<TextMember>(name);

    private static SchemaShape.Column Make<TRow>(string name)
        where TRow : class, new()
    {
        var definition = SchemaDefinition.Create(typeof(TRow));
        definition[0].ColumnName = name;
        var stock = Context.Value.Transforms.CustomMapping<NoColumns, TRow>(static (_, _) => { }, contractName: null, outputSchemaDefinition: definition);
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

    private sealed class TextMember
    {
        public string? Value { get; set; }
    }
}
