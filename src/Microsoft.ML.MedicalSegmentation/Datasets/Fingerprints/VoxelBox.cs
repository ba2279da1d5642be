namespace Microsoft.ML.MedicalSegmentation.Datasets.Fingerprints;

/// <summary>The smallest box around voxels that are shown to it one row at a time.</summary>
internal sealed class VoxelBox(VolumeShape grid)
{
    private int _x0 = int.MaxValue, _x1 = -1, _y0 = int.MaxValue, _y1 = -1, _z0 = int.MaxValue, _z1 = -1;

    /// <summary>All voxels that may be in it.</summary>
    public VolumeShape Grid => grid;

    /// <summary>True if no voxel was in it.</summary>
    public bool IsEmpty => _x1 < 0;

    /// <summary>The box's first voxel, and the first after it.</summary>
    public (int X, int Y, int Z) Start => IsEmpty ? (0, 0, 0) : (_x0, _y0, _z0);

    /// <inheritdoc cref="Start"/>
    public (int X, int Y, int Z) End => IsEmpty ? (grid.Width, grid.Height, grid.Depth) : (_x1 + 1, _y1 + 1, _z1 + 1);

    /// <summary>The box's size with the channels of the grid; the grid itself where no voxel was in it.</summary>
    public VolumeShape Shape => grid with { Width = End.X - Start.X, Height = End.Y - Start.Y, Depth = End.Z - Start.Z };

    /// <summary>The box around the voxels of a volume that are not 0 in some channel.</summary>
    public static VoxelBox Of(Volume volume)
    {
        var box = new VoxelBox(volume.Shape);
        var row = new float[volume.Shape.Width];
        for (var channel = 0; channel < volume.Shape.Channels; channel++)
        {
            for (var z = 0; z < volume.Shape.Depth; z++)
            {
                for (var y = 0; y < volume.Shape.Height; y++)
                {
                    volume.CopyValues(volume.Offset(channel, z, y, 0), row);
                    box.AddRow(row, y, z);
                }
            }
        }

        return box;
    }

    /// <summary>Takes in the values of a row that are not 0.</summary>
    public void AddRow(ReadOnlySpan<float> row, int y, int z)
    {
        var first = row.IndexOfAnyExcept(0f);
        if (first >= 0)
        {
            (_x0, _x1) = (Math.Min(_x0, first), Math.Max(_x1, row.LastIndexOfAnyExcept(0f)));
            (_y0, _y1) = (Math.Min(_y0, y), Math.Max(_y1, y));
            (_z0, _z1) = (Math.Min(_z0, z), Math.Max(_z1, z));
        }
    }
}
