using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A fitted transform of volumes or label volumes.</summary>
/// <remarks>
/// Works row by row: nothing is read or computed before a value is asked for, and each row is computed once, however many
/// of its outputs are read. Saved in a model, it becomes a chain of stock ML.NET transformers around one named contract in
/// this assembly, so that <c>mlContext.Model.Load</c> needs nothing but this assembly beside the application. Transforms that only load
/// or process labels are kept in the zip for <c>Models.Load</c>; <c>mlContext.Model.Load</c> leaves them out, as its model would need
/// labels to score.
/// </remarks>
public class VolumeTransformer : ITransformer, IDisposable
{
    private readonly string _name;
    private readonly RowFunction _function;
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private readonly LabelOrigin? _origin;

    /// <param name="name">What users call the transform, such as "NormalizeIntensity"; stands in errors.</param>
    /// <param name="function">What it does to a row; belongs to this object from now on.</param>
    /// <param name="inputs">The columns that the function reads, in its order.</param>
    /// <param name="outputs">The columns that it adds or replaces, in its order.</param>
    /// <param name="origin">Where the labels come from that are all that it processes; null for other transforms.</param>
    internal VolumeTransformer(
        string name,
        RowFunction function,
        IEnumerable<string> inputs,
        IEnumerable<string> outputs,
        LabelOrigin? origin = null
    )
    {
        _origin = origin;
        _name = name;
        _function = function;
        _inputs = [.. inputs];
        _outputs = [.. outputs];
    }

    /// <summary>True: rows are independent of each other, so that a PredictionEngine can score them one by one.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema of the output for an input of the given schema.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another kind; says what to do.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <summary>The input with the output columns added; rows are computed when they are read.</summary>
    /// <inheritdoc cref="GetOutputSchema"/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, Bind(input.Schema));
    }

    /// <summary>The mapping of single rows, as a PredictionEngine uses it.</summary>
    /// <inheritdoc cref="GetOutputSchema"/>
    public Data.IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new RowMapper(Bind(inputSchema));

    /// <summary>Frees what the transform holds; may be called more than once.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What a model zip keeps of this transformer, and the contract that it is for.</summary>
    internal (string Contract, SavedState State) ToState() =>
        (_function.ContractName, _function.ToState() with { Columns = new(_inputs, _outputs, PassesUnlabelled) });

    /// <summary>The text of that state, without its bulk data.</summary>
    internal string ToStateText() => ToState().State.ToStateText(_function.ContractName);

    /// <inheritdoc/>
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        var stages = PassesUnlabelled
            ? ZipStages.BuildState(ToStateText())
            : ZipStages.Build(_function, _inputs, _outputs);
        ((ICanSaveModel)stages).Save(ctx);
    }

    /// <inheritdoc cref="Dispose()"/>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _function.Dispose();
        }
    }

    private bool PassesUnlabelled => _origin is { IsNeeded: false };

    private DataViewSchema.Annotations Annotate(int output, DataViewSchema.Column[] inputs)
    {
        var annotations = _function.Annotate(output, inputs);
        return _origin?.Mark(annotations) ?? annotations;
    }

    private RowMapping Bind(DataViewSchema inputSchema)
    {
        var available = InputColumns.Of(inputSchema);
        if ((_function.IsOptional || PassesUnlabelled) && available.Find(_inputs[0]) is null)
        {
            return new RowMapping(inputSchema, [], [], _function);
        }

        var inputs = _inputs.Select((name, i) => inputSchema[available.Require(name, _function.InputKind(i), _name).Name]).ToArray();
        var outputs = _outputs.Select(
            (name, i) => new DataViewSchema.DetachedColumn(name, _function.OutputKind(i).Type, Annotate(i, inputs))
        );
        return new RowMapping(inputSchema, inputs, outputs, _function);
    }
}
