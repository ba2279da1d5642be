using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>What is left around the voxels that matter when a volume is cropped.</summary>
/// <param name="Voxels">Voxels on every side.</param>
/// <param name="Millimetres">Millimetres on every side, rounded up to voxels; beside the voxels.</param>
internal sealed record CropMargin(int Voxels, double Millimetres)
{
    public void AddFaults(OptionFaults faults)
    {
        faults.Add(Voxels < 0, $"Margin is {Voxels} voxels; use 0 or more.");
        faults.Add(!(Millimetres >= 0 && double.IsFinite(Millimetres)), $"MarginInMillimetres is {Millimetres}; use 0 or more.");
    }

    /// <summary>The window with the margin on every side, as far as the volume reaches.</summary>
    public VolumeRegion Around(VolumeRegion window, Volume volume)
    {
        // A margin that is a whole number of voxels stays one although spacings are rounded in files.
        int Along(double spacing) => (int)Math.Min(int.MaxValue, Voxels + Math.Ceiling((Millimetres / spacing) - 1e-3));
        var spacing = volume.Geometry.Spacing;
        return window.Widen(volume.Shape, (Along(spacing.X), Along(spacing.Y), Along(spacing.Z)));
    }
}

/// <summary>Windows of one column that are applied to another.</summary>
internal static class CropWindow
{
    /// <summary>Fails unless two columns of a row share one grid, so that a window means the same voxels in both.</summary>
    /// <exception cref="InputDataException">They differ; the message gives both grids and the remedy.</exception>
    public static void RequireSameGrid(string transform, Volume cropped, Volume source, string sourceName)
    {
        if (!ReferenceEquals(cropped, source)
            && !(cropped.Shape.SameGrid(source.Shape) && cropped.Geometry.Matches(source.Geometry, source.Shape)))
        {
            throw new InputDataException(
                $"{transform} takes its window from {sourceName} {source.NameInErrors} ({source.Shape}; {source.Geometry}), which "
                    + $"does not lie on the grid of {cropped.NameInErrors} ({cropped.Shape}; {cropped.Geometry}). Crop the column that "
                    + "gives the window last, or write it to another column; where the files differ, put ResampleTo before."
            );
        }
    }
}
