using Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

namespace Microsoft.ML.MedicalSegmentation.Metrics;

/// <summary>Truth and prediction of a case, with what all of its structures share.</summary>
internal sealed class VolumePair(LabelVolume truth, LabelVolume prediction, EmptyPolicy emptyPolicy, SurfaceWorkspace workspace)
{
    private readonly ParallelOptions _parallelism = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };
    private LabelBoxes? _boxes;

    public LabelVolume Truth => truth;

    public LabelVolume Prediction => prediction;

    public EmptyPolicy EmptyPolicy => emptyPolicy;

    /// <summary>Surfaces of a label; the volumes are looked through once for the boxes of all labels.</summary>
    public SurfaceDistances MeasureSurfaces(int label)
        => SurfaceDistances.Measure(truth, prediction, label, _boxes ??= LabelBoxes.Find(_parallelism, truth, prediction), workspace, _parallelism);
}
