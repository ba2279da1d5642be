using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Columns;
using Microsoft.ML.MedicalSegmentation.Metrics.Synthesis;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Evaluation of synthesised volumes: <c>mlContext.MedicalSegmentation().EvaluateSynthesis(...)</c>.</summary>
public static class SynthesisEvaluationExtensions
{
    /// <summary>
    /// Compares synthesised volumes with their targets: peak signal-to-noise ratio, structural similarity, normalised absolute and mean
    /// squared error.
    /// </summary>
    /// <remarks>
    /// Rows are read one by one, so that memory does not grow with their number. A case takes, beside its volumes, 1 byte per voxel for a
    /// mask and some slices of double precision.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Rows with a target and a synthesised volume on one grid.</param>
    /// <param name="targetColumnName">The column of volumes that were recorded.</param>
    /// <param name="outputColumnName">The column of volumes that were synthesised.</param>
    /// <param name="maskColumnName">
    /// A column of label volumes: errors are measured within their voxels above 0 as well. Default: none.
    /// </param>
    /// <param name="caseColumnName">A text column that names the cases in the result and in messages. Default: rows are numbered.</param>
    /// <param name="dataRange">
    /// What errors are compared with, in the target's unit, such as 255 or 4095. Default: largest less smallest value of each whole target,
    /// for the mask too.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A column is missing or of another kind, sizes or positions differ, or a value is not finite; names the case.
    /// </exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    public static SynthesisMetrics EvaluateSynthesis(
        this MedicalSegmentationCatalog catalog,
        IDataView data,
        string targetColumnName = "Target",
        string outputColumnName = "Synthesized",
        string? maskColumnName = null,
        string? caseColumnName = null,
        double? dataRange = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        if (dataRange is { } given && !(given > 0 && double.IsFinite(given)))
        {
            throw new ArgumentOutOfRangeException(nameof(dataRange), dataRange, "The data range must be above 0, or left out.");
        }

        var target = Require(data.Schema, targetColumnName, "the targets", VolumeDataViewType.Instance, "Put LoadVolumes before it.");
        var output = Require(
            data.Schema,
            outputColumnName,
            "the synthesised volumes",
            VolumeDataViewType.Instance,
            "Evaluate what the trained model's Transform gives."
        );
        List<DataViewSchema.Column> columns = [target, output];
        DataViewSchema.Column? mask = maskColumnName is null
            ? null
            : Require(data.Schema, maskColumnName, "the masks", LabelVolumeDataViewType.Instance, "Put LoadLabelVolumes before it.");
        DataViewSchema.Column? names = caseColumnName is null
            ? null
            : Require(data.Schema, caseColumnName, "the case names", TextDataViewType.Instance, "Name a column of text.");
        columns.AddRange(new[] { mask, names }.OfType<DataViewSchema.Column>());
        using var cursor = data.GetRowCursor(columns);
        var (getTarget, getOutput) = (cursor.GetGetter<Volume?>(target), cursor.GetGetter<Volume?>(output));
        var getMask = mask is { } ofMasks ? cursor.GetGetter<LabelVolume?>(ofMasks) : null;
        var getName = names is { } ofNames ? cursor.GetGetter<ReadOnlyMemory<char>>(ofNames) : null;
        var cases = new List<SynthesisCaseMetrics>();
        while (cursor.MoveNext())
        {
            ReadOnlyMemory<char> text = default;
            getName?.Invoke(ref text);
            var name = text.IsEmpty ? $"row {cursor.Position}" : text.ToString();
            cases.Add(
                VolumeComparison.Compare(
                    name,
                    Read(getTarget, targetColumnName, name),
                    Read(getOutput, outputColumnName, name),
                    getMask is null ? null : Read(getMask, maskColumnName, name),
                    dataRange
                )
            );
        }

        return cases.Count > 0
            ? new(cases, mask is not null)
            : throw new InvalidOperationException("There are no cases to evaluate: the data has no rows.");
    }

    private static T Read<T>(ValueGetter<T?> get, string? column, string name)
        where T : class
    {
        T? value = null;
        get(ref value);
        return value ?? throw new ArgumentException($"Case '{name}' has no value in column '{column}'. Every row needs one.");
    }

    private static DataViewSchema.Column Require(DataViewSchema schema, string name, string what, DataViewType type, string remedy) =>
        schema.GetColumnOrNull(name) is not { } column
            ? throw new ArgumentException(
                $"There is no column '{name}' for {what}. Columns: "
                    + $"{string.Join(", ", schema.Where(c => !c.IsHidden).Select(c => $"'{c.Name}'"))}. {remedy}",
                nameof(name)
            )
        : column.Type.Equals(type) ? column
        : throw new ArgumentException($"Column '{name}' is of type {column.Type}; {what} must be of type {type}. {remedy}", nameof(name));
}
