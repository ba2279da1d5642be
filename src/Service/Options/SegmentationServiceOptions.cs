namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>What the service scores with, and how much it takes on.</summary>
public sealed class SegmentationServiceOptions
{
    private readonly Dictionary<string, string> _models = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Model zips by the names that clients use.</summary>
    public IReadOnlyDictionary<string, string> Models => _models;

    /// <summary>Where uploads and results lie while they are needed. Nodes that share a queue share this folder.</summary>
    /// <value>Default: "medseg-service" below the system's folder for temporary files. Readable by the service's user alone.</value>
    public string WorkFolder { get; set; } = Path.Combine(Path.GetTempPath(), "medseg-service");

    /// <summary>The PostgreSQL connection string of a queue that several nodes share.</summary>
    /// <value>Default null: a SQLite file in <see cref="WorkFolder"/>, for one node.</value>
    public string? PostgresConnectionString { get; set; }

    /// <summary>How many volumes are scored at once.</summary>
    /// <value>At least 1. Default 1: one scoring uses every core.</value>
    public int MaximumConcurrency { get; set; } = 1;

    /// <summary>How many requests may wait for their turn; further ones are answered 503.</summary>
    /// <value>Default 64.</value>
    public int MaximumWaiting { get; set; } = 64;

    /// <summary>Memory that volumes being scored may take together, as estimated from their headers.</summary>
    /// <value>In bytes. Default: half of what the process may use.</value>
    public long MemoryBytes { get; set; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>The largest upload.</summary>
    /// <value>In bytes. Default 2 GiB.</value>
    public long MaximumUploadBytes { get; set; } = 2L << 30;

    /// <summary>The most that a zipped study may hold when unpacked.</summary>
    /// <value>In bytes. Default 4 GiB.</value>
    public long MaximumUnpackedBytes { get; set; } = 4L << 30;

    /// <summary>The most files of one upload.</summary>
    /// <value>Default 20,000.</value>
    public int MaximumFiles { get; set; } = 20_000;

    /// <summary>The most that the voxels of one volume may take when decoded.</summary>
    /// <value>In bytes. Default 1 GiB.</value>
    public long MaximumDecodedBytes { get; set; } = 1L << 30;

    /// <summary>Volumes of up to so many voxels are answered at once; larger ones become jobs.</summary>
    /// <value>Default 16 Mi voxels, such as 512 x 512 x 64.</value>
    public long SynchronousVoxels { get; set; } = 16L << 20;

    /// <summary>Whether the doubt of every voxel is kept beside the labels, for the page and as a result of jobs.</summary>
    /// <value>Default true. It takes 4 bytes a voxel, and a logarithm for each voxel and class.</value>
    public bool MeasureDoubt { get; set; } = true;

    /// <summary>The longest that one volume may be scored.</summary>
    /// <value>Default 30 minutes.</value>
    public TimeSpan MaximumScoringTime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long uploads and results of finished jobs are kept.</summary>
    /// <value>Default 24 hours.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often zips are looked at for changes, to load them anew.</summary>
    /// <value>Default 5 seconds.</value>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a node reports that it is alive; after a few missed reports the others take over its jobs.</summary>
    /// <value>Default 5 seconds. Ignored without <see cref="PostgresConnectionString"/>.</value>
    public TimeSpan NodeCheckIn { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Adds a model.</summary>
    /// <param name="name">What clients call it: letters, digits, dots, hyphens and underscores, at most 64.</param>
    /// <param name="path">The model zip; loaded anew when it changes.</param>
    /// <exception cref="ArgumentException">The name cannot be used, or is taken.</exception>
    public SegmentationServiceOptions AddModel(string name, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (name is not { Length: > 0 and <= 64 } || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
        {
            throw new ArgumentException(
                $"The model name '{name}' must have 1 to 64 letters, digits, dots, hyphens and underscores.",
                nameof(name)
            );
        }

        return _models.TryAdd(name, Path.GetFullPath(path))
            ? this
            : throw new ArgumentException($"There is a model '{name}' already. Choose another name.", nameof(name));
    }

    /// <summary>Fails for options out of range, all at once.</summary>
    internal void Validate()
    {
        var faults = new List<string>();
        void Require(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }

        Require(_models.Count > 0, $"there is no model; call {nameof(AddModel)}");
        Require(MaximumConcurrency >= 1, $"{nameof(MaximumConcurrency)} is {MaximumConcurrency}; it must be at least 1");
        Require(MaximumWaiting >= 0, $"{nameof(MaximumWaiting)} is {MaximumWaiting}; it must be 0 or more");
        Require(MaximumFiles >= 1, $"{nameof(MaximumFiles)} is {MaximumFiles}; it must be at least 1");
        foreach (
            var (name, value) in new[]
            {
                (nameof(MemoryBytes), MemoryBytes),
                (nameof(MaximumUploadBytes), MaximumUploadBytes),
                (nameof(MaximumUnpackedBytes), MaximumUnpackedBytes),
                (nameof(MaximumDecodedBytes), MaximumDecodedBytes),
            }
        )
        {
            Require(value >= 1, $"{name} is {value}; it must be at least 1");
        }

        foreach (
            var (name, value) in new[]
            {
                (nameof(MaximumScoringTime), MaximumScoringTime),
                (nameof(Retention), Retention),
                (nameof(ReloadInterval), ReloadInterval),
                (nameof(NodeCheckIn), NodeCheckIn),
            }
        )
        {
            Require(value > TimeSpan.Zero, $"{name} is {value}; it must be above 0");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException($"The options of the segmentation service are wrong: {string.Join("; ", faults)}.");
        }
    }
}
