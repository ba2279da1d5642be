using Microsoft.ML.MedicalSegmentation.Spatial;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Brings what was found on a prepared grid back to the grid of the original image.</summary>
/// <remarks>
/// Geometry travels with every volume, so the way back needs no record of the transforms. Where grids share their lattice, as after any
/// chain of Reorient, crops and pads, every voxel returns exactly and none is interpolated. Otherwise, as after Resample, positions
/// return exactly and values are interpolated. Voxels outside the prepared grid are background.
/// </remarks>
public static class GridReturn
{
    // Resample rounds sizes, so that the outermost voxels of the original may lie up to a quarter of a prepared voxel beyond the
    // prepared grid's edge; they take the outermost prepared voxel rather than background.
    private const double Reach = 0.75;

    /// <summary>Labels on the grid of the original image.</summary>
    /// <param name="labels">On a prepared grid.</param>
    /// <param name="original">The image before preparation, or any volume on its grid.</param>
    /// <param name="options">How labels are found where the grids share no lattice. Default: per class linear.</param>
    /// <returns>Labels with exactly the original's geometry; background (0) outside the prepared grid.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static LabelVolume ReturnToGrid(this LabelVolume labels, Volume original, LabelResamplingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(original);
        options ??= new() { Interpolation = LabelInterpolation.PerClassLinear };
        var (shape, geometry) = (original.Shape.WithChannels(1), original.Geometry);
        var exact = SharesLattice(labels.Geometry, geometry, shape);
        var returned = labels.ResampleTo(
            shape,
            geometry,
            exact ? options with { Interpolation = LabelInterpolation.Nearest } : options with { Reach = Reach }
        );

        // Labels that never left the grid are handed back by reference, so their header stays theirs.
        return ReferenceEquals(returned, labels)
            ? labels.WithGeometry(geometry)
            : LabelVolume.FromVolume(returned.Voxels.WithHeader(original.Header?.ForLabels()), labels.Classes);
    }

    /// <summary>Probabilities, or any other volume, on the grid of the original image.</summary>
    /// <param name="volume">On a prepared grid; one channel per class for probabilities.</param>
    /// <param name="original">The image before preparation, or any volume on its grid.</param>
    /// <param name="backgroundChannel">The channel that is 1 outside the prepared grid while all others are 0; null if all are 0.</param>
    /// <param name="options">How values are found where the grids share no lattice. Default: linear. Its value outside is not used.</param>
    /// <returns>
    /// A volume with exactly the original's geometry, and channels x original numbers of memory beside the given volume. Single precision,
    /// or the given type where no value is interpolated. Linear values of probabilities sum to 1 as before.
    /// </returns>
    /// <exception cref="ArgumentException">An option is out of its range, or there are more values than a volume holds.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public static Volume ReturnToGrid(this Volume volume, Volume original, int? backgroundChannel = null, ResamplingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(original);
        if (backgroundChannel is { } channel && (channel < 0 || channel >= volume.Shape.Channels))
        {
            throw new ArgumentOutOfRangeException(
                nameof(backgroundChannel),
                channel,
                $"The volume has channels 0 to {volume.Shape.Channels - 1}; name one of them as the background, or none."
            );
        }

        options ??= new();
        options.Validate();
        var (shape, geometry) = (original.Shape.WithChannels(volume.Shape.Channels), original.Geometry);
        shape.Validate(nameof(original));
        if (shape == volume.Shape && geometry.LargestDifference(volume.Geometry, shape) < 1e-6)
        {
            return volume.WithGeometry(geometry);
        }

        var outside = new float[shape.Channels];
        if (backgroundChannel is { } background)
        {
            outside[background] = 1;
        }

        var exact = SharesLattice(volume.Geometry, geometry, shape);
        options = exact
            ? new() { Interpolation = Interpolation.Nearest, MaximumThreads = options.MaximumThreads }
            : options with
            {
                Reach = Reach,
            };
        return Resampling.ResampleTo(volume, shape, geometry, options, outside).WithHeader(original.Header);
    }

    private static bool SharesLattice(VolumeGeometry prepared, VolumeGeometry original, VolumeShape shape)
        => GridTable.IsSharedLattice(prepared.WorldToIndex.Compose(original.IndexToWorld), shape);
}
