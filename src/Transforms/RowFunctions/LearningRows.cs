namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Reads the rows that an estimator learns from, one at a time, each volume by reference.</summary>
internal static class LearningRows
{
    /// <param name="data">The rows.</param>
    /// <param name="volumes">The column of volumes.</param>
    /// <param name="masks">A column of label volumes; null for none.</param>
    /// <exception cref="InvalidOperationException">A row has no volume or no mask.</exception>
    public static IEnumerable<(int Row, Volume Volume, LabelVolume? Mask)> Read(IDataView data, string volumes, string? masks)
    {
        var column = data.Schema[volumes];
        DataViewSchema.Column? maskColumn = masks is null ? null : data.Schema[masks];
        using var cursor = data.GetRowCursor(maskColumn is { } active ? [column, active] : [column]);
        var getVolume = cursor.GetGetter<Volume?>(column);
        var getMask = maskColumn is { } readable ? cursor.GetGetter<LabelVolume?>(readable) : null;
        for (var row = 0; cursor.MoveNext(); row++)
        {
            Volume? volume = null;
            LabelVolume? mask = null;
            getVolume(ref volume);
            getMask?.Invoke(ref mask);
            yield return (row, volume ?? throw Missing(row, volumes), mask ?? (masks is null ? null : throw Missing(row, masks)));
        }
    }

    /// <summary>Fails for a volume whose number of channels is not that of the rows before.</summary>
    public static void RequireChannels(int row, Volume volume, int channels)
    {
        if (volume.Shape.Channels != channels)
        {
            throw new InputDataException(
                $"In row {row}, {volume.NameInErrors} has {volume.Shape.Channels} channels, the rows before have {channels}. Load "
                    + "the same channels for every case."
            );
        }
    }

    private static InvalidOperationException Missing(int row, string column)
        => new($"Row {row} has nothing in column '{column}'. Leave such rows out of fitting.");
}
