namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How volumes are written.</summary>
public sealed record VolumeWriteOptions
{
    /// <summary>The defaults.</summary>
    public static VolumeWriteOptions Default { get; } = new();

    /// <summary>Whether voxels are compressed where the file name leaves it open (NRRD, MetaImage).</summary>
    /// <value>Default true. Endings such as .nii and .nii.gz decide by themselves.</value>
    public bool Compress { get; init; } = true;

    /// <summary>How hard to compress.</summary>
    /// <value>1 (fast) to 9 (small). Default 2: on scans, smaller than zlib's level 1 in less time.</value>
    public int CompressionLevel { get; init; } = 2;

    /// <summary>How many threads compress one file.</summary>
    /// <value>At least 1. Default: one per processor, at most 8.</value>
    public int MaximumThreads { get; init; } = Math.Min(Environment.ProcessorCount, 8);

    /// <summary>Fails for options out of range.</summary>
    /// <exception cref="ArgumentException">Names every option that is out of range.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        if (CompressionLevel is < 1 or > 9)
        {
            faults.Add($"{nameof(CompressionLevel)} is {CompressionLevel}; it must be 1 to 9");
        }

        if (MaximumThreads < 1)
        {
            faults.Add($"{nameof(MaximumThreads)} is {MaximumThreads}; it must be at least 1");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException($"The write options are out of range: {string.Join("; ", faults)}.");
        }
    }
}
