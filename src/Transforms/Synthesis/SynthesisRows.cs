using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>Gives a synthesised volume and, where it is asked for, its difficulty.</summary>
internal sealed class SynthesisOutput : OutputRow
{
    private Volume? _volume;
    private Volume? _difficulty;

    [VolumeColumn, ColumnName(ZipStages.Output + "0")]
    public Volume Volume
    {
        get => Computed(_volume);
        set => _volume = value;
    }

    [VolumeColumn, ColumnName(ZipStages.Output + "1")]
    public Volume Difficulty
    {
        get => Computed(_difficulty);
        set => _difficulty = value;
    }

    public override ColumnKind KindOf(int output) => ColumnKind.Volume;

    public override Delegate Getter(int output, Action refresh) => Serve(refresh, () => output == 0 ? Volume : Difficulty);
}
