namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A block of voxels within a volume; all channels.</summary>
/// <param name="X">First voxel along the width.</param>
/// <param name="Y">First voxel along the height.</param>
/// <param name="Z">First voxel along the depth.</param>
/// <param name="Width">Voxels along x.</param>
/// <param name="Height">Voxels along y.</param>
/// <param name="Depth">Voxels along z.</param>
public readonly record struct VolumeRegion(int X, int Y, int Z, int Width, int Height, int Depth)
{
    /// <summary>The block that is a whole volume.</summary>
    public static VolumeRegion All(VolumeShape shape) => new(0, 0, 0, shape.Width, shape.Height, shape.Depth);

    /// <summary>Fails for a block that is empty or reaches outside <paramref name="shape"/>.</summary>
    /// <exception cref="ArgumentException">The block is empty or reaches outside.</exception>
    public void Validate(VolumeShape shape)
    {
        if (X < 0 || Y < 0 || Z < 0 || Width < 1 || Height < 1 || Depth < 1
            || X > shape.Width - Width || Y > shape.Height - Height || Z > shape.Depth - Depth)
        {
            throw new ArgumentException(
                $"The region {this} does not lie within a volume of {shape}. It must start at 0 or later and end inside."
            );
        }
    }

    /// <summary>First voxel and size.</summary>
    public override string ToString() => $"{Width} x {Height} x {Depth} from ({X}, {Y}, {Z})";
}
