namespace Microsoft.ML.MedicalSegmentation.Data.Cases;

/// <summary>The cases of a training, each at hand in any order: in memory as far as they fit, the others in a temporary file.</summary>
/// <remarks>The pipeline is read once. Cases in memory are kept by reference. Safe for several threads once it is loaded.</remarks>
internal sealed class CaseStore : IDisposable
{
    private readonly IReadOnlyList<TrainingCase> _cases;
    private readonly CaseFile? _file;

    private CaseStore(IReadOnlyList<TrainingCase> cases, CaseFile? file, int keptCount, long keptBytes)
        => (_cases, _file, KeptCount, KeptBytes) = (cases, file, keptCount, keptBytes);

    /// <summary>Number of cases.</summary>
    public int Count => _cases.Count;

    /// <summary>Number of cases in memory.</summary>
    public int KeptCount { get; }

    /// <summary>Memory that their voxels take.</summary>
    public long KeptBytes { get; }

    /// <summary>Bytes of the temporary file.</summary>
    public long FileBytes => _file?.Length ?? 0;

    /// <summary>True where some case holds a structure.</summary>
    public bool HasForeground => _cases.Any(one => !one.Foreground.IsEmpty);

    /// <summary>A case.</summary>
    /// <param name="index">From 0.</param>
    public TrainingCase this[int index] => _cases[index];

    /// <summary>Reads every case once.</summary>
    /// <param name="rows">The cases.</param>
    /// <param name="classes">The classes of the labels.</param>
    /// <param name="maximumBytes">Memory that voxels may take.</param>
    /// <param name="maskChannels">How many channels of the images, the last ones, are masks. Default: 0.</param>
    public static CaseStore Load(
        IEnumerable<(int Row, Volume Image, LabelVolume Labels)> rows,
        ClassMap classes,
        long maximumBytes,
        int maskChannels = 0
    ) =>
        Load(
            rows.Select(row => new TrainingCase(row.Row, row.Image, row.Labels, ForegroundIndex.Build(row.Labels, classes))
            {
                MaskChannels = maskChannels,
            }),
            maximumBytes
        );

    /// <summary>Reads every image once.</summary>
    /// <param name="rows">Images without labels.</param>
    /// <param name="maximumBytes">Memory that voxels may take.</param>
    public static CaseStore Load(IEnumerable<(int Row, Volume Image)> rows, long maximumBytes)
        => Load(rows.Select(row => new TrainingCase(row.Row, row.Image, null, ForegroundIndex.None)), maximumBytes);

    private static CaseStore Load(IEnumerable<TrainingCase> read, long maximumBytes)
    {
        var cases = new List<TrainingCase>();
        CaseFile? file = null;
        var (count, bytes) = (0, 0L);
        try
        {
            foreach (var loaded in read)
            {
                if (bytes + loaded.SizeInBytes <= maximumBytes)
                {
                    (count, bytes) = (count + 1, bytes + loaded.SizeInBytes);
                    cases.Add(loaded);
                }
                else
                {
                    cases.Add((file ??= new()).Keep(loaded));
                }
            }
        }
        catch
        {
            file?.Dispose();
            throw;
        }

        return new(cases, file, count, bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
