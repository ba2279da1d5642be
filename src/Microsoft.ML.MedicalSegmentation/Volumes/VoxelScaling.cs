namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Turns a stored voxel into the value it stands for: value = slope * stored + intercept.</summary>
/// <remarks>
/// Scanners store integers and say how to scale them (NIfTI scl_slope, DICOM Rescale Slope). Keeping the integers
/// halves or quarters the memory of a volume and lets it be written back unchanged.
/// </remarks>
/// <param name="Slope">Factor; not zero, finite.</param>
/// <param name="Intercept">Addend, in the unit of the value (HU for CT); finite.</param>
public readonly record struct VoxelScaling(double Slope, double Intercept)
{
    /// <summary>Stored voxels are the values.</summary>
    public static VoxelScaling Identity => new(1, 0);

    /// <summary>True where stored voxels are the values.</summary>
    public bool IsIdentity => Slope == 1 && Intercept == 0;

    /// <summary>The value of a stored voxel.</summary>
    public double Apply(double stored) => (stored * Slope) + Intercept;

    /// <summary>Fails for a scaling that loses the values.</summary>
    /// <exception cref="ArgumentException">A number is not finite, or the slope is zero.</exception>
    public void Validate()
    {
        if (!double.IsFinite(Slope) || !double.IsFinite(Intercept) || Slope == 0)
        {
            throw new ArgumentException(
                $"The voxel scaling has slope {Slope} and intercept {Intercept}. Both must be finite and the slope not zero."
            );
        }
    }
}
