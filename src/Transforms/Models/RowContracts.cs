using Microsoft.ML.MedicalSegmentation.Classification;
using Microsoft.ML.MedicalSegmentation.Embedding;
using Microsoft.ML.MedicalSegmentation.Images;
using Microsoft.ML.MedicalSegmentation.Intensity;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Saving;
using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;
using Microsoft.ML.MedicalSegmentation.Synthesis;

namespace Microsoft.ML.MedicalSegmentation.Models;

/// <summary>Every contract that a model zip may name.</summary>
internal static class RowContracts
{
    /// <summary>The contracts, in the order of their names.</summary>
    public static IReadOnlyList<IRowContract> All { get; } =
    [
        new BinaryClassificationContract(),
        new ClassificationContract(),
        new ConvertLabelsToImageContract(),
        new ConvertToImageContract(),
        new ConvertToVolumeContract(),
        new ConvertToVolumeOfSizeContract(),
        new CropForegroundContract(),
        new CropForegroundLabelsContract(),
        new CropOrPadContract(),
        new CropOrPadLabelsContract(),
        new CropToMaskContract(),
        new CropToMaskLabelsContract(),
        new EmbeddingContract(),
        new FirstSegmentationContract(),
        new LoadLabelVolumesContract(),
        new LoadVolumesContract(),
        new MatchHistogramsContract(),
        new MatchHistogramsInMaskContract(),
        new MeasureDoubtContract(),
        new NormalizeByDatasetContract(),
        new NormalizeIntensityContract(),
        new NormalizeIntensityInMaskContract(),
        new PadContract(),
        new PadLabelsContract(),
        new PlannedContract(),
        new PostProcessLabelsContract(),
        new ReorientContract(),
        new ReorientLabelsContract(),
        new ResampleContract(),
        new ResampleLabelsContract(),
        new ResampleLabelsToContract(),
        new ResampleToContract(),
        new ReturnLabelsToGridContract(),
        new ReturnToGridContract(),
        new SaveLabelVolumesContract(),
        new SaveVolumesContract(),
        new SegmentationContract(),
        new SmoothContract(),
        new SynthesisContract(),
    ];

    /// <summary>The contract of a name; null if this version has none.</summary>
    public static IRowContract? Find(string name) => All.FirstOrDefault(contract => contract.Name == name);
}
