namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>What a fitted transform does to one row: the part that is the same in memory and in a loaded model.</summary>
/// <remarks>
/// Derive from <see cref="RowFunction{TInput, TOutput}"/>; this class only hides its type arguments from <see cref="VolumeTransformer"/>.
/// </remarks>
internal abstract class RowFunction : IDisposable
{
    /// <summary>
    /// True for a function of training alone, such as loading labels: rows without its first column pass as they are, so that a model
    /// with it can score them. See <see cref="LabelOrigin"/>.
    /// </summary>
    public virtual bool IsOptional => false;

    /// <summary>What the column for an input must be.</summary>
    public abstract ColumnKind InputKind(int input);

    /// <summary>What the column of an output is.</summary>
    public abstract ColumnKind OutputKind(int output);

    /// <summary>Annotations of an output column; unless overridden, those of the first input, and none for texts.</summary>
    public virtual DataViewSchema.Annotations Annotate(int output, IReadOnlyList<DataViewSchema.Column> inputs)
        => OutputKind(output) == ColumnKind.Text ? DataViewSchema.Annotations.Empty : inputs[0].Annotations;

    /// <summary>Getters of the outputs over a row. The function runs once per row, and only when a getter is called.</summary>
    public abstract Delegate[] Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> inputs, int outputs);

    /// <summary>The options and data from which the function's contract makes it again.</summary>
    /// <exception cref="NotSupportedException">The function cannot be saved; says why.</exception>
    public abstract SavedState ToState();

    /// <summary>Name of the contract that <see cref="ToState"/> is for.</summary>
    public abstract string ContractName { get; }

    /// <summary>Stock estimators that do the same to columns of any names, by way of the contract.</summary>
    public abstract IEnumerable<IEstimator<ITransformer>> StockStages(MLContext context, IReadOnlyList<string> inputs);

    /// <summary>Frees what the function holds; may be called more than once.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>What a fitted transform does to one row, with the classes of rows that it reads and gives.</summary>
/// <remarks>
/// To add a transform, write one file with
/// <list type="number">
/// <item>an estimator derived from <see cref="VolumeEstimator"/>, whose nested record <c>Options</c> is at once its options, its checked
/// settings (<see cref="ICheckedSettings"/>) and what a model zip holds of it, columns left out by <c>[JsonIgnore]</c>;</item>
/// <item>a function, immutable and safe for many threads, derived from <see cref="SettingsFunction{TInput, TOutput, TSettings}"/>, or from
/// this class where there is more to it;</item>
/// <item>a contract derived from <see cref="RowContract{TInput, TOutput}"/>, through which a loaded model finds the function;</item>
/// <item>its two methods of the catalog, in a part of the catalog's class.</item>
/// </list>
/// and a line in RowContracts. <see cref="SmoothEstimator"/> is such a file. Lazy evaluation, PredictionEngine, schema errors and Save/Load
/// come with the bases.
/// </remarks>
/// <param name="contract">The contract under which the function is saved.</param>
internal abstract class RowFunction<TInput, TOutput>(RowContract<TInput, TOutput> contract) : RowFunction
    where TInput : InputRow, new()
    where TOutput : OutputRow, new()
{
    private static readonly TInput AnyInput = new();
    private static readonly TOutput AnyOutput = new();

    public sealed override string ContractName => contract.Name;

    /// <summary>Computes the outputs of one row.</summary>
    public abstract void Apply(TInput input, TOutput output);

    public override ColumnKind InputKind(int input) => AnyInput.KindOf(input);

    public override ColumnKind OutputKind(int output) => AnyOutput.KindOf(output);

    public sealed override Delegate[] Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> inputs, int outputs)
    {
        var input = new TInput();
        var output = new TOutput();
        var fill = input.Bind(row, inputs);
        long? served = null;
        void Refresh()
        {
            if (served != row.Position)
            {
                fill();
                Apply(input, output);
                served = row.Position;
            }
        }

        return [.. Enumerable.Range(0, outputs).Select(i => output.Getter(i, Refresh))];
    }

    public override IEnumerable<IEstimator<ITransformer>> StockStages(MLContext context, IReadOnlyList<string> inputs)
        => [.. AnyInput.Route(context, inputs), context.Transforms.CustomMapping(contract.GetMapping(), contract.Name)];
}
