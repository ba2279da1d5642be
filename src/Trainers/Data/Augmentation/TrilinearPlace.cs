using Microsoft.ML.MedicalSegmentation.Data.Cases;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>A place between eight voxels of a box, and how much each of them counts there.</summary>
internal readonly ref struct TrilinearPlace
{
    private readonly int _corner;
    private readonly int _row;
    private readonly int _slice;
    private readonly float _x;
    private readonly float _y;
    private readonly float _z;

    /// <param name="place">x, y, z in voxels of the box; all eight neighbours must lie in it.</param>
    /// <param name="box">Gives the strides.</param>
    public TrilinearPlace(Vector3D place, PaddedBox box)
    {
        var (x, y, z) = ((int)place.X, (int)place.Y, (int)place.Z);
        _row = box.Width;
        _slice = box.Width * box.Height;
        _corner = (z * _slice) + (y * _row) + x;
        (_x, _y, _z) = ((float)(place.X - x), (float)(place.Y - y), (float)(place.Z - z));
    }

    /// <summary>Offset of the voxel that lies nearest.</summary>
    public int Nearest => _corner + (_x >= 0.5f ? 1 : 0) + (_y >= 0.5f ? _row : 0) + (_z >= 0.5f ? _slice : 0);

    /// <summary>The value here of a channel of the box.</summary>
    public float Interpolate(ReadOnlySpan<float> voxels)
    {
        var near = Bilinear(voxels, _corner);
        return near + (_z * (Bilinear(voxels, _corner + _slice) - near));
    }

    private float Bilinear(ReadOnlySpan<float> voxels, int corner)
    {
        var top = voxels[corner] + (_x * (voxels[corner + 1] - voxels[corner]));
        var bottom = voxels[corner + _row] + (_x * (voxels[corner + _row + 1] - voxels[corner + _row]));
        return top + (_y * (bottom - top));
    }
}
