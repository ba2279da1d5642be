// Stands in for Microsoft.ML.Data: scalars and vectors of one item type, joined into one vector.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(ColumnConcatenatingTransformer.LoaderSignature, typeof(ColumnConcatenatingTransformer))]

namespace Microsoft.ML.Transforms
{
    public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
    {
        private readonly string _output;
        private readonly string[] _inputs;

        internal ColumnConcatenatingEstimator(string outputColumnName, string[] inputColumnNames)
        {
            ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
            if (inputColumnNames is null || inputColumnNames.Any(string.IsNullOrEmpty))
            {
                throw new ArgumentNullException(
                    nameof(inputColumnNames), "Contained some null or empty items");
            }

            _output = outputColumnName;
            _inputs = inputColumnNames;
        }

        public ColumnConcatenatingTransformer Fit(IDataView input)
        {
            ArgumentNullException.ThrowIfNull(input);
            return new ColumnConcatenatingTransformer(_output, _inputs);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            ArgumentNullException.ThrowIfNull(inputSchema);
            var columns = Array.ConvertAll(_inputs, name => inputSchema.Find(name));
            foreach (var column in columns)
            {
                if (column.IsKey || !column.ItemType.Equals(columns[0].ItemType))
                {
                    throw new InvalidOperationException(
                        $"Concatenated columns should have the same type, and not be keys. Column '{column.Name}' has "
                        + $"type of {column.TypeText()}, but expected column type is {columns[0].ItemType}.");
                }
            }

            var kind = columns.Any(column => column.Kind == SchemaShape.Column.VectorKind.VariableVector)
                ? SchemaShape.Column.VectorKind.VariableVector
                : SchemaShape.Column.VectorKind.Vector;
            return inputSchema.With([new SchemaShape.Column(_output, kind, columns[0].ItemType, isKey: false)]);
        }
    }
}

namespace Microsoft.ML.Data
{
    public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
    {
        internal const string LoaderSignature = "ConcatTransform";

        private readonly string _output;
        private readonly string[] _inputs;

        internal ColumnConcatenatingTransformer(string output, string[] inputs)
        {
            _output = output;
            _inputs = inputs;
        }

        internal static ColumnConcatenatingTransformer Create(IHostEnvironment environment, ModelLoadContext ctx) =>
            new(ctx.Reader.ReadString(), ctx.LoadStrings());

        private protected override void SaveModel(ModelSaveContext ctx)
        {
            ctx.SetLoader(LoaderSignature, typeof(ColumnConcatenatingTransformer).Assembly);
            ctx.Writer.Write(_output);
            ctx.SaveStrings(_inputs);
        }

        private protected override RowMapping Bind(DataViewSchema input)
        {
            var sources = Array.ConvertAll(_inputs, name => SchemaMismatch.Find(input, name));
            var itemType = ItemType(sources[0]);
            foreach (var source in sources)
            {
                if (!ItemType(source).Equals(itemType))
                {
                    throw SchemaMismatch.WrongType(
                        "inputSchema", "input", source.Name, itemType.ToString(), source.Type.ToString());
                }
            }

            var sizes = Array.ConvertAll(sources, source => (source.Type as VectorDataViewType)?.Size ?? 1);
            var type = new VectorDataViewType(itemType, sizes.Contains(0) ? 0 : sizes.Sum());
            return (RowMapping)GenericCall.Invoke(
                typeof(ColumnConcatenatingTransformer), nameof(Map), [itemType.RawType], input, sources, _output, type);
        }

        private static PrimitiveDataViewType ItemType(DataViewSchema.Column column) =>
            (column.Type as VectorDataViewType)?.ItemType ?? column.Type as PrimitiveDataViewType
            ?? throw SchemaMismatch.WrongType(
                "inputSchema", "input", column.Name, "a primitive type or a vector of one", column.Type.ToString());

        private static Mapping<T> Map<T>(
            DataViewSchema input, DataViewSchema.Column[] sources, string output, VectorDataViewType type) =>
            new(input, sources, new DataViewSchema.DetachedColumn(output, type));

        private sealed class Mapping<T>(
            DataViewSchema input, DataViewSchema.Column[] sources, DataViewSchema.DetachedColumn output)
            : RowMapping(input, [output])
        {
            protected override IEnumerable<DataViewSchema.Column> InputsOf(int added) => sources;

            public override Func<int, Delegate> GetterFactory(DataViewRow row) => added =>
            {
                var parts = Array.ConvertAll(sources, source => AsVector(row, row.Schema[source.Index]));
                var values = new VBuffer<T>[parts.Length];
                ValueGetter<VBuffer<T>> getter = (ref VBuffer<T> joined) =>
                {
                    var length = 0;
                    for (var i = 0; i < parts.Length; i++)
                    {
                        parts[i](ref values[i]);
                        length += values[i].Length;
                    }

                    var editor = VBufferEditor.Create(ref joined, length);
                    var start = 0;
                    foreach (var value in values)
                    {
                        value.CopyTo(editor.Values, start);
                        start += value.Length;
                    }

                    joined = editor.Commit();
                };
                return getter;
            };

            private static ValueGetter<VBuffer<T>> AsVector(DataViewRow row, DataViewSchema.Column column)
            {
                if (column.Type is VectorDataViewType)
                {
                    return row.GetGetter<VBuffer<T>>(column);
                }

                var get = row.GetGetter<T>(column);
                return (ref VBuffer<T> value) =>
                {
                    var editor = VBufferEditor.Create(ref value, 1);
                    get(ref editor.Values[0]);
                    value = editor.Commit();
                };
            }
        }
    }
}
