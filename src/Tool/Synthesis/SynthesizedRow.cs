namespace MedSeg.Synthesis;

/// <summary>What a model gives for a source.</summary>
internal sealed class SynthesizedRow
{
    private SynthesizedRow(Volume synthesized) => Synthesized = synthesized;

    /// <summary>The volume in the other modality.</summary>
    public Volume Synthesized { get; }

    /// <summary>How difficult each voxel was, of models that give it.</summary>
    public Volume? Difficulty { get; private init; }

    /// <summary>Synthesises the one row of data.</summary>
    /// <exception cref="InputDataException">The model synthesises nothing.</exception>
    public static SynthesizedRow Of(IDataView rows)
    {
        var column = rows.Schema.GetColumnOrNull(nameof(Synthesized))
            ?? throw new InputDataException(
                "The model synthesises nothing: its result has no column 'Synthesized'. Name a model of medseg synthesize train."
            );
        var difficulty = rows.Schema.GetColumnOrNull(nameof(Difficulty));
        using var cursor = rows.GetRowCursor([column, .. new[] { difficulty }.OfType<DataViewSchema.Column>()]);
        var getVolume = cursor.GetGetter<Volume?>(column);
        var getDifficulty = difficulty is { } given ? cursor.GetGetter<Volume?>(given) : null;
        if (!cursor.MoveNext())
        {
            throw new InputDataException("The model gives no row for the case. Take filters out of its pipeline.");
        }

        Volume? volume = null;
        Volume? hardness = null;
        getVolume(ref volume);
        getDifficulty?.Invoke(ref hardness);
        return new(volume ?? throw new InputDataException("The model synthesises nothing for the case.")) { Difficulty = hardness };
    }
}
