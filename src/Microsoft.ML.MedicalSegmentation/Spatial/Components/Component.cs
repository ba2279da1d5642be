namespace Microsoft.ML.MedicalSegmentation.Spatial.Components;

/// <summary>A region whose voxels hang together.</summary>
internal struct Component
{
    /// <summary>The group of its voxels.</summary>
    public int Group;

    /// <summary>Number of voxels.</summary>
    public long Voxels;

    /// <summary>The smallest box around it: first and last index along each axis.</summary>
    public int FirstX, LastX, FirstY, LastY, FirstZ, LastZ;

    /// <summary>Takes a run in.</summary>
    public void Add(LabelRun run, int z, int y)
    {
        if (Voxels == 0)
        {
            (Group, FirstX, LastX, FirstY, LastY, FirstZ, LastZ) = (run.Group, run.Start, run.End - 1, y, y, z, z);
        }

        Voxels += run.End - run.Start;
        (FirstX, LastX) = (Math.Min(FirstX, run.Start), Math.Max(LastX, run.End - 1));
        (FirstY, LastY) = (Math.Min(FirstY, y), Math.Max(LastY, y));
        LastZ = z;
    }

    /// <summary>Whether it reaches the edge of a volume; the two faces of a single slice are not an edge.</summary>
    public readonly bool TouchesEdge(VolumeShape shape) =>
        FirstX == 0 || LastX == shape.Width - 1 || FirstY == 0 || LastY == shape.Height - 1
        || (!shape.IsImage && (FirstZ == 0 || LastZ == shape.Depth - 1));
}
