using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>An estimator of a transform: checks its columns, then makes the transformer.</summary>
/// <remarks>
/// Derived classes name their columns and make the <see cref="RowFunction"/>; see there for how to add a transform. Those
/// that learn from rows override <see cref="Learn"/> besides.
/// </remarks>
public abstract class VolumeEstimator : IEstimator<VolumeTransformer>
{
    private readonly string _name;
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    /// <param name="name">What users call the transform; stands in errors.</param>
    /// <param name="inputs">The columns that the function reads, in its order.</param>
    /// <param name="outputs">The columns that it adds or replaces, in its order.</param>
    private protected VolumeEstimator(string name, IEnumerable<string> inputs, IEnumerable<string> outputs)
    {
        _name = name;
        _inputs = [.. inputs];
        _outputs = [.. outputs];
        foreach (var column in _inputs.Concat(_outputs))
        {
            if (string.IsNullOrWhiteSpace(column))
            {
                throw new ArgumentException($"A column name of {name} is empty. Give every column a name.");
            }
        }
    }

    /// <summary>Checks the columns and says which ones the transformer adds; reads nothing.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another kind; says what to do.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var function = MakeChecked(InputColumns.Of(inputSchema));
        return OutputColumns.AddTo(inputSchema, _outputs.Select((name, i) => (name, function.OutputKind(i))));
    }

    /// <summary>Checks the columns and makes the transformer; reads rows only where the transform learns from them.</summary>
    /// <inheritdoc cref="GetOutputSchema"/>
    public VolumeTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var columns = InputColumns.Of(input.Schema);
        var function = MakeChecked(columns);
        return new(_name, Learn(input) ?? function, _inputs, _outputs, OriginOf(columns, function));
    }

    /// <summary>Makes the function; <paramref name="columns"/> gives the kinds of the columns.</summary>
    private protected abstract RowFunction MakeFunction(InputColumns columns);

    /// <summary>Makes the function from rows, in one pass; null if nothing is learnt.</summary>
    /// <param name="input">Has the columns that <see cref="MakeFunction"/> required.</param>
    private protected virtual RowFunction? Learn(IDataView input) => null;

    // Transforms of labels share the labels' origin; those that read labels for something else need them.
    private LabelOrigin? OriginOf(InputColumns columns, RowFunction function)
    {
        var origins = _inputs.Select(name => LabelOrigin.Of(columns.Find(name)?.Annotations)).ToList();
        if (origins is [{ } first, ..])
        {
            return first;
        }

        origins.ForEach(origin => origin?.IsNeeded = true);
        return function.IsOptional ? new() : null;
    }

    private RowFunction MakeChecked(InputColumns columns)
    {
        var function = MakeFunction(columns);
        for (var i = 0; i < _inputs.Length; i++)
        {
            columns.Require(_inputs[i], function.InputKind(i), _name);
        }

        return function;
    }
}
