using Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

namespace Microsoft.ML.MedicalSegmentation.Metrics;

/// <summary>Truth and prediction of a case, with what all of its structures share.</summary>
/// <param name="truth">What experts drew; background where voxels are ignored.</param>
/// <param name="prediction">On the same grid; background where voxels are ignored.</param>
/// <param name="emptyPolicy">What overlap is where a class is in neither volume.</param>
/// <param name="workspace">Buffers for surfaces.</param>
/// <param name="ignored">How many voxels are ignored.</param>
internal sealed class VolumePair(
    LabelVolume truth,
    LabelVolume prediction,
    EmptyPolicy emptyPolicy,
    SurfaceWorkspace workspace,
    long ignored = 0
)
{
    private readonly ParallelOptions _parallelism = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };
    private LabelBoxes? _boxes;

    public LabelVolume Truth => truth;

    public LabelVolume Prediction => prediction;

    public EmptyPolicy EmptyPolicy => emptyPolicy;

    /// <summary>Voxels that count.</summary>
    public long Counted => truth.Shape.Count - ignored;

    /// <summary>Surfaces of a label; the volumes are looked through once for the boxes of all labels.</summary>
    public SurfaceDistances MeasureSurfaces(int label) =>
        SurfaceDistances.Measure(
            truth,
            prediction,
            label,
            _boxes ??= LabelBoxes.Find(_parallelism, truth, prediction),
            workspace,
            _parallelism
        );

    /// <summary>Surfaces of a label, by area; null if neither volume has it.</summary>
    public SurfaceElements? MeasureSurfaceElements(int label)
    {
        _boxes ??= LabelBoxes.Find(_parallelism, truth, prediction);
        return (label == 0 ? VolumeRegion.All(truth.Shape) : _boxes[label]) is { } box
            ? SurfaceElements.Measure(truth, prediction, label, box, _parallelism)
            : null;
    }
}
