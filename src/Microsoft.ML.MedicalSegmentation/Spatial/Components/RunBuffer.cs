namespace Microsoft.ML.MedicalSegmentation.Spatial.Components;

/// <summary>Runs that are being found; reused from slice to slice.</summary>
internal sealed class RunBuffer
{
    private LabelRun[] _runs = new LabelRun[1024];
    private int _rowStart;

    /// <summary>Runs so far.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all runs.</summary>
    public void Clear() => Count = 0;

    /// <summary>Begins a row and makes room for its runs.</summary>
    public void StartRow(int width)
    {
        _rowStart = Count;
        if (_runs.Length - Count < width)
        {
            Array.Resize(ref _runs, Math.Max(2 * _runs.Length, Count + width));
        }
    }

    /// <summary>Adds a run of the row, unless it is of group 0; labels of one group that touch become one run.</summary>
    public void Add(int start, int end, int group)
    {
        if (group == 0)
        {
            return;
        }

        if (Count > _rowStart && _runs[Count - 1] is var last && last.End == start && last.Group == group)
        {
            _runs[Count - 1] = last with { End = end };
        }
        else
        {
            _runs[Count++] = new(start, end, group);
        }
    }

    /// <summary>A copy of the runs.</summary>
    public LabelRun[] ToArray() => _runs.AsSpan(0, Count).ToArray();
}
