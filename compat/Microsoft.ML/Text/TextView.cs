// Stands in for internals of Microsoft.ML.Data: the rows of text files, read anew by each cursor.
namespace Microsoft.ML.Data;

internal sealed class TextView(DataViewSchema schema, TextLoader.Options options, IMultiStreamSource source) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(schema, Getters.Active(schema, columnsNeeded), options, Lines().GetEnumerator());

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>The lines that are rows: no header, no blank lines, no comments.</summary>
    private IEnumerable<(string Text, long Number)> Lines()
    {
        for (var file = 0; file < source.Count; file++)
        {
            using var reader = source.OpenTextReader(file);
            var number = 0L;
            var hasHeader = options.HasHeader;
            while (reader.ReadLine() is { } line)
            {
                number++;
                if (line.Length == 0 || line.StartsWith("//", StringComparison.Ordinal))
                {
                    continue;
                }

                if (!hasHeader)
                {
                    yield return (line, number);
                }

                hasHeader = false;
            }
        }
    }

    private sealed class Cursor : SourceCursor
    {
        private readonly TextFields _cutter;
        private readonly List<ReadOnlyMemory<char>> _fields = [];
        private readonly IEnumerator<(string Text, long Number)> _lines;
        private long _rest;

        public Cursor(
            DataViewSchema schema,
            bool[] active,
            TextLoader.Options options,
            IEnumerator<(string Text, long Number)> lines)
            : base(schema, active)
        {
            _cutter = new TextFields(options);
            _lines = lines;
            _rest = options.MaxRows ?? long.MaxValue;
            var parser = new TextValues(options);
            for (var i = 0; i < active.Length; i++)
            {
                if (active[i])
                {
                    var itemType = (schema[i].Type as VectorDataViewType)?.ItemType ?? schema[i].Type;
                    var method = schema[i].Type is VectorDataViewType ? nameof(Vector) : nameof(Scalar);
                    SetGetter(i, (Delegate)GenericCall.Invoke(
                        this, typeof(Cursor), method, [itemType.RawType], schema[i], options.Columns[i].Fields, parser));
                }
            }
        }

        protected override bool MoveNextCore()
        {
            if (_rest-- <= 0 || !_lines.MoveNext())
            {
                return false;
            }

            _cutter.Cut(_lines.Current.Text, _fields);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            _lines.Dispose();
            base.Dispose(disposing);
        }

        private ValueGetter<T> Scalar<T>(DataViewSchema.Column column, int[] fields, TextValues parser)
        {
            var parse = parser.For<T>(column.Type);
            return (ref T value) => value = Parse(parse, fields[0], column);
        }

        private ValueGetter<VBuffer<T>> Vector<T>(DataViewSchema.Column column, int[] fields, TextValues parser)
        {
            var parse = parser.For<T>(((VectorDataViewType)column.Type).ItemType);
            return (ref VBuffer<T> value) =>
            {
                var editor = VBufferEditor.Create(ref value, fields.Length);
                for (var i = 0; i < fields.Length; i++)
                {
                    editor.Values[i] = Parse(parse, fields[i], column);
                }

                value = editor.Commit();
            };
        }

        private T Parse<T>(TextValues.TryParse<T> parse, int field, DataViewSchema.Column column)
        {
            ThrowIfNotOnRow();
            var text = field < _fields.Count ? _fields[field] : default;
            return parse(text, out var value)
                ? value
                : throw new FormatException(
                    $"Could not parse value {text} in line {_lines.Current.Number}, column {column.Name}");
        }
    }
}
