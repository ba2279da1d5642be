using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Maps single rows, as a PredictionEngine needs them.</summary>
internal sealed class RowMapper(RowMapping mapping) : IRowToRowMapper
{
    public DataViewSchema InputSchema => mapping.InputSchema;

    public DataViewSchema OutputSchema => mapping.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mapping.InputsFor(dependingColumns);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new MappedRow(input, mapping, activeColumns);

    private sealed class MappedRow(DataViewRow source, RowMapping mapping, IEnumerable<DataViewSchema.Column> active) : DataViewRow
    {
        private readonly MappedColumns _columns = new(source, mapping, active);

        public override DataViewSchema Schema => _columns.Mapping.OutputSchema;

        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                source.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
