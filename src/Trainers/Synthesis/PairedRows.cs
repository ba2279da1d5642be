using Microsoft.ML.MedicalSegmentation.Columns;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>One row: a source, its target, and the regions that patches are drawn from more often.</summary>
internal sealed record PairedRow(int Row, Volume Source, Volume Target, LabelVolume? Region);

/// <summary>Reads the source and target columns of a data view, row by row, each volume by reference.</summary>
internal sealed class PairedRows
{
    private readonly IDataView _data;
    private readonly string _name;
    private readonly SynthesisTrainer.Options _options;

    /// <param name="data">The rows.</param>
    /// <param name="name">What messages call them, such as "training data".</param>
    /// <param name="options">Column names and cancellation.</param>
    /// <exception cref="ArgumentException">A column is missing or of another kind.</exception>
    public PairedRows(IDataView data, string name, SynthesisTrainer.Options options)
    {
        (_data, _name, _options) = (data, name, options);
        try
        {
            SynthesisTrainer.RequireColumns(InputColumns.Of(data.Schema), options);
        }
        catch (ArgumentException fault)
        {
            throw new ArgumentException(
                $"The {name} cannot be used: {fault.Message} The training data and the validation set need the same steps before "
                    + "the trainer: steps.Fit(rows).Transform(rows).",
                fault
            );
        }
    }

    /// <summary>Names of the target's channels; empty where nobody named them.</summary>
    public IReadOnlyList<string> TargetNames => ClassAnnotations.ReadChannelNames(_data.Schema[_options.TargetColumnName].Annotations);

    /// <summary>Every row, numbered from 0.</summary>
    /// <exception cref="InputDataException">A value is missing, or source, target and region do not lie on one grid.</exception>
    public IEnumerable<PairedRow> Read()
    {
        var (sourceColumn, targetColumn) = (_data.Schema[_options.SourceColumnName], _data.Schema[_options.TargetColumnName]);
        DataViewSchema.Column? regionColumn = _options.RegionColumnName is { } name ? _data.Schema[name] : null;
        using var cursor = _data.GetRowCursor(
            regionColumn is { } active ? [sourceColumn, targetColumn, active] : [sourceColumn, targetColumn]
        );
        var (getSource, getTarget) = (cursor.GetGetter<Volume?>(sourceColumn), cursor.GetGetter<Volume?>(targetColumn));
        var getRegion = regionColumn is { } readable ? cursor.GetGetter<LabelVolume?>(readable) : null;
        for (var row = 0; cursor.MoveNext(); row++)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            Volume? source = null, target = null;
            LabelVolume? region = null;
            getSource(ref source);
            getTarget(ref target);
            getRegion?.Invoke(ref region);
            var read = new PairedRow(
                row, source ?? throw Missing(row, _options.SourceColumnName), target ?? throw Missing(row, _options.TargetColumnName),
                getRegion is null ? null : region ?? throw Missing(row, _options.RegionColumnName ?? ""));
            yield return OnOneGrid(read);
        }
    }

    /// <summary>What is thrown where there is nothing to read.</summary>
    public ArgumentException NoRows() => new($"The {_name} has no rows. Check the list of cases, and filters before the trainer.");

    private PairedRow OnOneGrid(PairedRow row)
    {
        var (source, target) = (row.Source, row.Target);
        if (!target.Shape.SameGrid(source.Shape))
        {
            throw new InputDataException(
                $"Row {row.Row} of the {_name}: the source is {source.Shape.WithChannels(1)} voxels, the target "
                    + $"{target.Shape.WithChannels(1)}. Both must lie on one grid: check that the pair belongs together, and bring the "
                    + "target onto the source by ResampleTo after registration."
            );
        }

        if (!target.Geometry.Matches(source.Geometry, source.Shape))
        {
            throw new InputDataException(
                $"Row {row.Row} of the {_name}: source and target lie up to "
                    + $"{target.Geometry.LargestDifference(source.Geometry, source.Shape):0.##} mm apart (source {source.Geometry}; "
                    + $"target {target.Geometry}). Register the pair and bring the target onto the source by ResampleTo; where only the "
                    + "header is wrong, give the target the source's geometry."
            );
        }

        var region = row.Region is { } given ? LabelPlacement.TryPlace(given, source.Shape, source.Geometry) ?? given : null;
        return region is null || (region.Shape.SameGrid(source.Shape) && region.Geometry.Matches(source.Geometry, source.Shape))
            ? row with { Region = region }
            : throw new InputDataException(
                $"Row {row.Row} of the {_name}: the region ({region.Shape}; {region.Geometry}) does not lie on the source's grid "
                    + $"({source.Shape.WithChannels(1)}; {source.Geometry}). Give the regions of this case."
            );
    }

    private InputDataException Missing(int row, string column) =>
        new($"Row {row} of the {_name} has no value in column '{column}'. Leave rows without a pair out of training.");
}
