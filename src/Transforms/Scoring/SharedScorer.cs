namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>
/// A scorer that is opened with the first row, used by several rows at once, and freed when it has been released and the last of them has
/// ended.
/// </summary>
/// <param name="open">Opens a scorer, which belongs to this object from then on.</param>
/// <typeparam name="T">The scorer.</typeparam>
internal sealed class SharedScorer<T>(Func<T> open)
    where T : class, IDisposable
{
    private readonly Lock _opening = new();
    private Opened? _current;

    /// <summary>Uses the scorer for one row; opens it where it is not open.</summary>
    public TResult Use<TResult>(Func<T, TResult> use)
    {
        while (true)
        {
            // Another thread may release the scorer between the two steps; then the next one is opened.
            var opened = Open();
            if (opened.TryTake())
            {
                try
                {
                    return use(opened.Scorer);
                }
                finally
                {
                    opened.Return();
                }
            }
        }
    }

    /// <summary>
    /// Frees the scorer once the rows that are being scored have ended; the next row opens another. May be called more than once.
    /// </summary>
    /// <remarks>PredictionEngines dispose the model that they were made from, which other code may still use.</remarks>
    public void Release() => Interlocked.Exchange(ref _current, null)?.Release();

    private Opened Open()
    {
        if (Volatile.Read(ref _current) is { } opened)
        {
            return opened;
        }

        lock (_opening)
        {
            return _current ??= new(open());
        }
    }

    private sealed class Opened(T scorer)
    {
        private readonly Lock _counting = new();
        private int _users;
        private bool _released;

        public T Scorer => scorer;

        public bool TryTake()
        {
            lock (_counting)
            {
                _users += _released ? 0 : 1;
                return !_released;
            }
        }

        public void Return() => Change(() => _users--);

        public void Release() => Change(() => _released = true);

        private void Change(Action change)
        {
            lock (_counting)
            {
                change();
                if (!_released || _users > 0)
                {
                    return;
                }
            }

            scorer.Dispose();
        }
    }
}
