namespace Microsoft.ML.MedicalSegmentation.Data.Cases;

/// <summary>Hands out training cases: from memory where they fit, from the pipeline otherwise.</summary>
/// <remarks>
/// The cases are read once and kept by reference until their voxels take the stated memory. Cases beyond that are read
/// again in every epoch, in the order of the pipeline, as rows of an IDataView cannot be reached at random.
/// </remarks>
internal sealed class CaseStore : IDisposable
{
    private readonly Func<Func<int, bool>, IEnumerable<(int Row, Volume Image, LabelVolume Labels)>> _read;
    private readonly TrainingCase?[] _kept;
    private readonly ForegroundIndex[] _foregrounds;
    private IEnumerator<(int Row, Volume Image, LabelVolume Labels)>? _rereading;

    private CaseStore(Func<Func<int, bool>, IEnumerable<(int, Volume, LabelVolume)>> read, TrainingCase?[] kept, ForegroundIndex[] foregrounds)
    {
        _read = read;
        _kept = kept;
        _foregrounds = foregrounds;
    }

    /// <summary>Number of cases.</summary>
    public int Count => _kept.Length;

    /// <summary>Number of cases that stay in memory.</summary>
    public int KeptCount => _kept.Count(c => c is not null);

    /// <summary>Memory that their voxels take.</summary>
    public long KeptBytes => _kept.Sum(c => c?.SizeInBytes ?? 0);

    /// <summary>True where some case holds a structure.</summary>
    public bool HasForeground => _foregrounds.Any(foreground => !foreground.IsEmpty);

    /// <summary>Reads every case once.</summary>
    /// <param name="read">Starts reading those rows from the first on that it is asked for; called again when cases do not fit.</param>
    /// <param name="classes">The classes of the labels.</param>
    /// <param name="maximumBytes">Memory that voxels may take.</param>
    /// <param name="inspect">Called for each case; throws for one that cannot be trained on.</param>
    public static CaseStore Load(
        Func<Func<int, bool>, IEnumerable<(int Row, Volume Image, LabelVolume Labels)>> read, ClassMap classes, long maximumBytes, Action<int, Volume, LabelVolume> inspect)
    {
        var kept = new List<TrainingCase?>();
        var foregrounds = new List<ForegroundIndex>();
        long bytes = 0;
        foreach (var (row, image, labels) in read(_ => true))
        {
            inspect(row, image, labels);
            var foreground = ForegroundIndex.Build(labels, classes);
            var loaded = new TrainingCase(row, image, labels, foreground);
            var fits = bytes + loaded.SizeInBytes <= maximumBytes;
            bytes += fits ? loaded.SizeInBytes : 0;
            kept.Add(fits ? loaded : null);
            foregrounds.Add(foreground);
        }

        return new CaseStore(read, [.. kept], [.. foregrounds]);
    }

    /// <summary>The cases in the given order; in place of one that is not kept comes the next such one of the pipeline.</summary>
    /// <param name="order">Indices below <see cref="Count"/>.</param>
    public IEnumerable<TrainingCase> InOrder(IEnumerable<int> order)
    {
        foreach (var index in order)
        {
            yield return _kept[index] ?? ReadNext();
        }
    }

    /// <summary>Goes on as if cases had been handed out in the given order.</summary>
    /// <param name="order">Indices below <see cref="Count"/>.</param>
    public void Skip(IEnumerable<int> order)
    {
        var notKept = Count - KeptCount;
        for (var left = notKept == 0 ? 0 : order.LongCount(index => _kept[index] is null) % notKept; left > 0; left--)
        {
            ReadNext();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _rereading?.Dispose();

    private TrainingCase ReadNext()
    {
        while (true)
        {
            // Rows that are kept are passed over without their volumes being made.
            _rereading ??= _read(row => row >= _kept.Length || _kept[row] is null).GetEnumerator();
            if (_rereading.MoveNext())
            {
                var (row, image, labels) = _rereading.Current;
                return row < _kept.Length
                    ? new TrainingCase(row, image, labels, _foregrounds[row])
                    : throw new InvalidOperationException(
                        $"The training data had {_kept.Length} rows and now have more. They must give the same rows each time that they are read.");
            }

            _rereading.Dispose();
            _rereading = null;
        }
    }
}
