using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Gives a volume of doubt, the entropy of class probabilities; see <see cref="Doubt.Entropy"/>.</summary>
public sealed class MeasureDoubtEstimator : VolumeEstimator
{
    internal const string Name = "MeasureDoubt";

    internal MeasureDoubtEstimator(string outputColumnName, string inputColumnName)
        : base(Name, [inputColumnName], [outputColumnName])
    {
    }

    private protected override RowFunction MakeFunction(InputColumns columns) => new DoubtMeasuring(new());
}

/// <summary>There is nothing to set.</summary>
internal sealed record MeasureDoubtSettings : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
    }
}

/// <summary>Measures the doubt of a row.</summary>
internal sealed class DoubtMeasuring(MeasureDoubtSettings settings)
    : SettingsFunction<VolumeInput, VolumeOutput, MeasureDoubtSettings>(settings, new MeasureDoubtContract())
{
    public override void Apply(VolumeInput input, VolumeOutput output) => output.Volume = Doubt.Entropy(input.Volume);

    public override DataViewSchema.Annotations Annotate(int output, IReadOnlyList<DataViewSchema.Column> inputs) =>
        DataViewSchema.Annotations.Empty;
}

/// <summary>Version 1 of saved MeasureDoubt.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class MeasureDoubtContract()
    : RowContract<VolumeInput, VolumeOutput>(ContractName, state => new DoubtMeasuring(state.Read<MeasureDoubtSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "MeasureDoubt/1";
}
