namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>The numbers of a data set that a plan is made from: what nnU-Net's dataset_fingerprint.json holds.</summary>
/// <remarks>Axes are those of arrays: z, y, x.</remarks>
internal sealed record PlanningFingerprint
{
    /// <summary>Voxel spacing of every training case, mm along z, y and x.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Spacings { get; init; }

    /// <summary>
    /// Voxels of every training case along z, y and x after cropping to the box of what is not 0; in the order of <see cref="Spacings"/>.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<int>> CroppedShapes { get; init; }

    /// <summary>Median over cases of the cropped box's share of all voxels, above 0 and up to 1.</summary>
    public required double MedianRelativeSize { get; init; }

    /// <summary>Statistics of the intensities of each channel at labelled voxels.</summary>
    public required IReadOnlyList<IntensityStatistics> ForegroundIntensities { get; init; }

    /// <summary>Takes the numbers from a data set's fingerprint.</summary>
    public static PlanningFingerprint Of(DatasetFingerprint fingerprint)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        return new()
        {
            Spacings = [.. fingerprint.Cases.Select(c => (IReadOnlyList<double>)[c.Spacing.Z, c.Spacing.Y, c.Spacing.X])],
            CroppedShapes =
            [
                .. fingerprint.Cases.Select(c => (IReadOnlyList<int>)[c.CroppedShape.Depth, c.CroppedShape.Height, c.CroppedShape.Width]),
            ],
            MedianRelativeSize = fingerprint.MedianCroppedRatio,
            ForegroundIntensities = fingerprint.Foreground,
        };
    }

    /// <summary>Reads nnU-Net's dataset_fingerprint.json.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is something else; names every fault.</exception>
    public static PlanningFingerprint LoadNnUNet(string path) => FingerprintJson.Read(path);

    /// <summary>Writes nnU-Net's dataset_fingerprint.json; the file is whole or absent.</summary>
    public void SaveNnUNet(string path) => PlanJson.Save(path, FingerprintJson.Write(this));

    /// <summary>What keeps a plan from being made, as sentences.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Spacings.Count == 0 || Spacings.Count != CroppedShapes.Count)
        {
            yield return $"There are {Spacings.Count} spacings and {CroppedShapes.Count} shapes; there must be one of "
                + "each for every case, and at least one case.";
        }

        if (Spacings.FirstOrDefault(spacing => spacing.Count != 3 || !spacing.All(step => step is > 0 and < 1e6)) is { } spacing)
        {
            yield return $"The spacing [{string.Join(", ", spacing)}] must be three numbers above 0: mm along z, y and x.";
        }

        if (CroppedShapes.FirstOrDefault(shape => shape.Count != 3 || !shape.All(size => size is > 0 and < 1_000_000)) is { } shape)
        {
            yield return $"The shape [{string.Join(", ", shape)}] must be three whole numbers above 0: voxels along z, y and x.";
        }

        if (!(MedianRelativeSize is > 0 and <= 1))
        {
            yield return $"The median relative size after cropping is {MedianRelativeSize}; it must be above 0 and at most 1.";
        }
    }
}
