using Microsoft.ML.MedicalSegmentation.Metrics;
using Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One structure of one case in truth and prediction: what metrics are computed from.</summary>
/// <remarks>Surfaces and lesions are measured when a metric first needs them.</remarks>
public sealed class StructureComparison
{
    private readonly VolumePair _case;
    private SurfaceDistances? _surfaces;
    private SurfaceElements? _elements;
    private LesionMatches? _lesions;

    internal StructureComparison(VolumePair ofCase, int label, OverlapCounts overlap)
        => (_case, Label, Overlap) = (ofCase, label, overlap);

    /// <summary>The structure's label value.</summary>
    public int Label { get; }

    /// <summary>Voxel counts.</summary>
    public OverlapCounts Overlap { get; }

    /// <summary>Voxels in neither truth nor prediction.</summary>
    public long TrueNegatives => _case.Counted - Overlap.TruePositives - Overlap.FalsePositives - Overlap.FalseNegatives;

    /// <summary>Volume of a voxel in mm³, by the truth's geometry.</summary>
    public double VoxelVolume => _case.Truth.Geometry.VoxelVolume;

    /// <summary>What overlap is if the structure is in neither volume.</summary>
    public EmptyPolicy EmptyPolicy => _case.EmptyPolicy;

    /// <summary>True if the structure is in exactly one of the volumes.</summary>
    public bool IsMissed => Overlap.TruePositives == 0 && (Overlap.FalsePositives == 0) != (Overlap.FalseNegatives == 0);

    /// <summary>Distances of the surfaces, in mm.</summary>
    public SurfaceDistances Surfaces => _surfaces ??= _case.MeasureSurfaces(Label);

    /// <summary>Connected regions of the truth and of the prediction, and which found which.</summary>
    public LesionMatches Lesions => _lesions ??= LesionMatches.Find(_case.Truth, _case.Prediction, Label);

    /// <summary>The lesions of the truth where a metric has asked for lesions; otherwise null.</summary>
    internal IReadOnlyList<(double Volume, bool IsFound)>? TrueLesionsIfMeasured => _lesions?.Truth;

    /// <summary>
    /// The diagonal of the image in mm, from the first to the last voxel's centre: the distance that a missed structure counts with.
    /// </summary>
    public double ImageDiagonal
    {
        get
        {
            var (shape, spacing) = (_case.Truth.Shape, _case.Truth.Geometry.Spacing);
            return new Vector3D((shape.Width - 1) * spacing.X, (shape.Height - 1) * spacing.Y, (shape.Depth - 1) * spacing.Z).Length;
        }
    }

    /// <summary>A ratio; where both its parts are 0 and the structure is in neither volume, the value that the policy gives.</summary>
    public double Ratio(double part, double whole) =>
        whole > 0 ? part / whole
        : !Overlap.BothEmpty ? double.NaN
        : EmptyPolicy switch
        {
            EmptyPolicy.One => 1,
            EmptyPolicy.Zero => 0,
            _ => double.NaN,
        };

    /// <summary>
    /// A distance of the surfaces; the diagonal of the image for a structure in only one volume, and 0 or NaN by the policy in neither.
    /// </summary>
    public double Distance(Func<SurfaceDistances, double> measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        return DistanceOf(() => measure(Surfaces));
    }

    /// <summary>The same of surfaces by area.</summary>
    internal double DistanceByArea(Func<SurfaceElements, double> measure) => DistanceOf(() => MeasureByArea(measure));

    /// <summary>A measure of surfaces by area, of a structure that both volumes have.</summary>
    internal double MeasureByArea(Func<SurfaceElements, double> measure)
        => (_elements ??= _case.MeasureSurfaceElements(Label)) is { } elements ? measure(elements) : double.NaN;

    private double DistanceOf(Func<double> measure)
        => Overlap.BothEmpty ? (EmptyPolicy == EmptyPolicy.Nan ? double.NaN : 0) : IsMissed ? ImageDiagonal : measure();
}
