// Stands in for Microsoft.ML.Transforms: columns that a function of the caller computes from row objects.
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    internal CustomMappingEstimator(
        Action<TSrc, TDst> mapAction, string contractName, SchemaDefinition input, SchemaDefinition output)
        : base(new CustomMappingTransformer<TSrc, TDst>(mapAction, contractName, input, output))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var member in RowMember.Of(typeof(TSrc), Transformer.InputDefinition))
        {
            var given = inputSchema.Find(member.ColumnName);
            if (!Fits(SchemaShape.Column.Of(member.ColumnName, member.ColumnType), given))
            {
                throw SchemaMismatch.WrongType(
                    nameof(inputSchema), "input", member.ColumnName, member.ColumnType.ToString(), given.TypeText());
            }
        }

        var added = DataViewSchema.Of(Transformer.Added.Select(member => member.ToColumn()));
        return inputSchema.With(SchemaShape.Create(added));
    }

    // Item types are compared by reference, as in the real one: a custom column type must be one instance.
    // A vector of known size is welcome where one of varying size is asked for.
    private static bool Fits(SchemaShape.Column wanted, SchemaShape.Column given) =>
        ReferenceEquals(wanted.ItemType, given.ItemType)
        && wanted.IsKey == given.IsKey
        && (wanted.Kind == given.Kind
            || (wanted.Kind == SchemaShape.Column.VectorKind.VariableVector
                && given.Kind == SchemaShape.Column.VectorKind.Vector));
}

public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _map;
    private readonly string _contract;

    internal CustomMappingTransformer(
        Action<TSrc, TDst> map, string contract, SchemaDefinition input, SchemaDefinition output)
    {
        ArgumentNullException.ThrowIfNull(map);
        _map = map;
        _contract = contract;
        InputDefinition = input;
        Added = RowMember.Of(typeof(TDst), output, SchemaDefinition.Direction.Write);
    }

    internal SchemaDefinition InputDefinition { get; }

    internal RowMember[] Added { get; }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new Mapping(this, inputSchema).OutputSchema;
    }

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(input, new Mapping(this, input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new Mapping(this, inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        if (_contract is null)
        {
            throw new InvalidOperationException(
                "Empty contract name for a transform: the transform cannot be saved");
        }

        CustomMappingLoader.Save(ctx, _contract, _map.Method.DeclaringType.Assembly);
    }

    private sealed class Mapping : RowMapping
    {
        private readonly CustomMappingTransformer<TSrc, TDst> _owner;
        private readonly RowWriting<TSrc> _source;

        public Mapping(CustomMappingTransformer<TSrc, TDst> owner, DataViewSchema input)
            : base(input, Array.ConvertAll(owner.Added, member => member.ToColumn()))
        {
            _owner = owner;
            _source = new RowWriting<TSrc>(input, owner.InputDefinition, ignoreMissingColumns: false);
        }

        protected override IEnumerable<DataViewSchema.Column> InputsOf(int added) => _source.Columns;

        // The function runs once a row, when the first of its columns is asked for.
        public override Func<int, Delegate> GetterFactory(DataViewRow row)
        {
            var source = new TSrc();
            var target = new TDst();
            var fill = _source.Bind(row);
            var served = -1L;
            TDst Current()
            {
                if (served != row.Position)
                {
                    fill(source);
                    _owner._map(source, target);
                    served = row.Position;
                }

                return target;
            }

            return added => RowReading.Getter(_owner.Added[added], Current);
        }
    }
}
