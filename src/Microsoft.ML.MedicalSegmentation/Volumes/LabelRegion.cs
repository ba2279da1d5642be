using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// A structure that consists of several label values and may overlap others, such as a whole tumour of oedema, core and necrosis.
/// </summary>
/// <remarks>nnU-Net's regions: https://github.com/MIC-DKFZ/nnUNet/blob/master/documentation/region_based_training.md</remarks>
/// <param name="Name">What users call it.</param>
/// <param name="Values">The label values that belong to it.</param>
/// <param name="WrittenValue">
/// The label value that predictions get where the region is found; a later region overwrites an earlier one.
/// </param>
public sealed record LabelRegion(string Name, IReadOnlyList<int> Values, int WrittenValue)
{
    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}
