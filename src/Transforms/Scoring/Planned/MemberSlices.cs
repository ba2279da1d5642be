using Microsoft.ML.MedicalSegmentation.Preprocessing;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Logits of the cropped image slice by slice, and where they lie in the volume.</summary>
/// <remarks>Holds no voxels of the volume, so that a turned copy of it can be collected once it is prepared.</remarks>
/// <param name="Shape">Size of the volume that was prepared, turned as the preprocessing asks for.</param>
/// <param name="Geometry">Where that volume lies.</param>
/// <param name="Header">Its header.</param>
/// <param name="Order">The array axis of each axis of the slices: slice, row, column.</param>
/// <param name="Image">Sizes and crop.</param>
/// <param name="Channels">Outputs.</param>
/// <param name="Logits">[output, height, width] of each slice, in order, each until the next is taken.</param>
internal sealed record MemberSlices(
    VolumeShape Shape,
    VolumeGeometry Geometry,
    VolumeHeader? Header,
    IReadOnlyList<int> Order,
    PreparedImage Image,
    int Channels,
    IEnumerable<float[]> Logits
)
{
    /// <summary>Offset in the volume of the voxel of a slice of the crop, and the step to the next row and column.</summary>
    public (int Start, int StepY, int StepX) Place(int slice)
    {
        var steps = AxisPermutation.Steps(Shape, Order);
        var start = ((Image.CropStart[0] + slice) * steps[0]) + (Image.CropStart[1] * steps[1]) + (Image.CropStart[2] * steps[2]);
        return (start, steps[1], steps[2]);
    }
}
