namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// What medical segmentation offers on an <see cref="Microsoft.ML.MLContext"/>; made by <c>mlContext.MedicalSegmentation()</c>.
/// </summary>
public sealed class MedicalSegmentationCatalog
{
    internal MedicalSegmentationCatalog(MLContext context)
    {
        Context = context;
        Data = new(context);
        Transforms = new(context);
        Trainers = new(context);
        Models = new(context);
    }

    /// <summary>Reads lists of cases: folders of pairs, dataset.json, CSV.</summary>
    public SegmentationDataCatalog Data { get; }

    /// <summary>Loads, prepares and saves volumes.</summary>
    public SegmentationTransformsCatalog Transforms { get; }

    /// <summary>Trains networks.</summary>
    public SegmentationTrainersCatalog Trainers { get; }

    /// <summary>Saves, loads and describes models.</summary>
    public SegmentationModelsCatalog Models { get; }

    /// <summary>Gives seed, device and log to what the catalog makes.</summary>
    internal MLContext Context { get; }
}

/// <summary>Estimators that load, prepare and save volumes; the Transforms assembly adds them as extension methods.</summary>
public sealed class SegmentationTransformsCatalog
{
    internal SegmentationTransformsCatalog(MLContext context) => Context = context;

    internal MLContext Context { get; }
}

/// <summary>Estimators that train networks; the Trainers assembly adds them as extension methods.</summary>
public sealed class SegmentationTrainersCatalog
{
    internal SegmentationTrainersCatalog(MLContext context) => Context = context;

    internal MLContext Context { get; }
}

/// <summary>Models: how they are saved, loaded and described; the Transforms assembly adds it as extension methods.</summary>
public sealed class SegmentationModelsCatalog
{
    internal SegmentationModelsCatalog(MLContext context) => Context = context;

    internal MLContext Context { get; }
}
