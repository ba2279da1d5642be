using Microsoft.ML.MedicalSegmentation.Spatial;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>A volume's grid seen along other axes: permuted and mirrored, never resampled, and without a copy.</summary>
/// <remarks>
/// Networks are trained on one orientation. Reading a volume through this view brings it to that orientation, and
/// writing through it puts labels back onto the volume's own grid. Axes are numbered x 0, y 1, z 2.
/// </remarks>
internal sealed class OrientedGrid
{
    private readonly int _start;
    private readonly int[] _steps;

    /// <summary>Sees a volume's grid in an orientation.</summary>
    /// <param name="volume">The volume; its channels do not matter.</param>
    /// <param name="orientation">The code wanted, such as "RAS"; null for the volume's own axes.</param>
    public OrientedGrid(Volume volume, string? orientation)
    {
        var own = volume.Shape.WithChannels(1);
        var order = AxisOrder.Between(volume.Geometry, orientation ?? volume.Geometry.OrientationCode);
        Shape = order.Apply(own);
        Spacing = order.Apply(volume.Geometry, own).Spacing;
        (_start, var x, var y, var z) = order.Steps(own);
        _steps = [x, y, z];
    }

    /// <summary>Sizes along the wanted axes; one channel.</summary>
    public VolumeShape Shape { get; }

    /// <summary>Spacing in mm along the wanted axes.</summary>
    public Vector3D Spacing { get; }

    /// <summary>The wanted axis along which the volume's memory runs.</summary>
    public int ContiguousAxis => Array.FindIndex(_steps, step => Math.Abs(step) == 1);

    /// <summary>Steps in the volume's memory per voxel along x, y, z; negative where mirrored.</summary>
    public ReadOnlySpan<int> Steps => _steps;

    /// <summary>Offset of a voxel within a channel of the volume.</summary>
    public int Offset(int z, int y, int x) => _start + (z * _steps[2]) + (y * _steps[1]) + (x * _steps[0]);
}
