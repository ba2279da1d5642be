namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>A segmenter that several rows use at once, freed when it has been released and the last of them has ended.</summary>
/// <param name="segmenter">Belongs to this object from now on.</param>
internal sealed class SharedSegmenter(OnnxSegmenter segmenter)
{
    private readonly Lock _counting = new();
    private int _users;
    private bool _released;

    /// <summary>The segmenter, for one row; null if it has been released. Each one that is taken is given back by <see cref="Return"/>.</summary>
    public OnnxSegmenter? Take()
    {
        lock (_counting)
        {
            if (_released)
            {
                return null;
            }

            _users++;
            return segmenter;
        }
    }

    /// <summary>Ends the use by one row.</summary>
    public void Return() => Change(() => _users--);

    /// <summary>Lets the running rows end and admits no others; may be called more than once.</summary>
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

        segmenter.Dispose();
    }
}
