namespace Microsoft.ML.MedicalSegmentation.Phantoms;

/// <summary>What a phantom looks like.</summary>
public sealed class PhantomOptions
{
    /// <summary>Size of the volume; one channel.</summary>
    /// <value>Each side at least 8 voxels, or a depth of 1 for an image. Default: 32 x 32 x 32.</value>
    public VolumeShape Shape = new(1, 32, 32, 32);

    /// <summary>Distance between voxels along x, y and z.</summary>
    /// <value>mm, above 0. Default: 1 x 1 x 1.</value>
    public Vector3D Spacing = new(1, 1, 1);

    /// <summary>The structures, in class order; each gets the label value of its place, from 1 on.</summary>
    /// <value>At least one. Default: a large body and a small bright one.</value>
    public IReadOnlyList<PhantomStructure> Structures = [new("body", 0.22, 1.0), new("core", 0.14, 2.0)];

    /// <summary>Standard deviation of the noise added to every voxel; structures differ by about 1.</summary>
    /// <value>At least 0. Default: 0.3.</value>
    public double Noise = 0.3;

    /// <summary>How much a radius and an axis ratio differ from case to case.</summary>
    /// <value>Fraction, 0 to 0.5. Default: 0.2.</value>
    public double Variation = 0.2;

    /// <summary>Whether structures lie apart, so that none hides a part of another.</summary>
    /// <value>Default: false.</value>
    public bool Apart;

    internal IEnumerable<string> Faults()
    {
        if (Shape.Channels != 1 || Shape.Height < 8 || Shape.Width < 8 || Shape.Depth is < 8 and not 1)
        {
            yield return $"Shape is {Shape}; a phantom has one channel and sides of at least 8 voxels, or a depth of 1.";
        }

        if (!(Spacing.X > 0 && Spacing.Y > 0 && Spacing.Z > 0))
        {
            yield return $"Spacing is {Spacing} mm; every distance must be above 0.";
        }

        if (Structures.Count == 0)
        {
            yield return "Structures is empty; a phantom needs at least one.";
        }

        foreach (var structure in Structures.Where(s => !(s.Radius > 0 && s.Radius < 0.5)))
        {
            yield return $"The radius of structure '{structure.Name}' is {structure.Radius} of the "
                + "smallest side; it must be above 0 and below 0.5.";
        }

        if (!(Noise >= 0 && double.IsFinite(Noise)))
        {
            yield return $"Noise is {Noise}; it must be finite and at least 0.";
        }

        if (!(Variation is >= 0 and <= 0.5))
        {
            yield return $"Variation is {Variation}; it must be from 0 to 0.5.";
        }
    }
}

/// <summary>An ellipsoid of one class.</summary>
/// <param name="Name">Its class name.</param>
/// <param name="Radius">Mean radius as a fraction of the volume's smallest extent in mm, above 0 and below 0.5.</param>
/// <param name="Intensity">Its mean value; the background's is 0.</param>
public sealed record PhantomStructure(string Name, double Radius, double Intensity);
