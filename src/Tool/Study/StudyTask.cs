using Microsoft.ML.MedicalSegmentation.Data.Augmentation;

namespace MedSeg.Study;

/// <summary>Data that networks are compared on, with the budget that each of them gets.</summary>
/// <remarks>
/// A fifth of the cases, chosen by the seed, is kept for testing; every network sees the same cases, patches and numbers of steps.
/// </remarks>
internal sealed record StudyTask
{
    /// <summary>What command lines call it.</summary>
    public required string Key { get; init; }

    /// <summary>What is segmented, in which images.</summary>
    public required string Title { get; init; }

    /// <summary>Where the data lies under the data folder.</summary>
    public required string Folder { get; init; }

    /// <summary>2 or 3: which form of the networks is compared.</summary>
    public required int SpatialDims { get; init; }

    /// <summary>What a network sees at once, in training and in scoring.</summary>
    public required PatchSize Patch { get; init; }

    /// <summary>Patches per step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Steps of a whole training.</summary>
    public required int Steps { get; init; }

    /// <summary>Share of patches that must hold foreground.</summary>
    public double ForegroundFraction { get; init; }

    /// <summary>What is done to patches in training.</summary>
    public IReadOnlyList<PatchAugmentation> Augmentation { get; init; } = AugmentationPresets.None;

    /// <summary>Every task.</summary>
    public static IReadOnlyList<StudyTask> All { get; } =
    [
        new()
        {
            Key = "hippocampus",
            Title = "Hippocampus, anterior and posterior, in MR volumes (Medical Segmentation Decathlon, task 4)",
            Folder = "hippocampus",
            SpatialDims = 3,
            Patch = new(32, 48, 32),
            BatchSize = 2,
            Steps = 400,
        },
        new()
        {
            Key = "nuclei",
            Title = "Cell nuclei in microscope images (Data Science Bowl 2018)",
            Folder = "2d/dsb2018",
            SpatialDims = 2,
            Patch = new(1, 64, 64),
            BatchSize = 8,
            Steps = 400,
            Augmentation = [new Mirroring { Axes = VolumeAxes.Height | VolumeAxes.Width }],
        },
        new()
        {
            Key = "vessels",
            Title = "Retinal vessels in photographs of the fundus (CHASE DB1, first observer)",
            Folder = "2d/chase_db1",
            SpatialDims = 2,
            Patch = new(1, 64, 64),
            BatchSize = 8,
            Steps = 400,
            ForegroundFraction = 0.5,
            Augmentation = [new Mirroring { Axes = VolumeAxes.Height | VolumeAxes.Width }],
        },
    ];

    /// <summary>The task that <paramref name="key"/> names.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static StudyTask Find(string key)
        => All.FirstOrDefault(task => task.Key == key)
            ?? throw new ArgumentException($"There is no study task '{key}'. Tasks: {string.Join(", ", All.Select(task => task.Key))}.");
}
