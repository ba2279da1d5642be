using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>A float32 value of a graph that depends on initializers alone. Computed when it is read.</summary>
internal abstract class FoldedValue
{
    private byte[]? _kept;

    /// <summary>A value of <paramref name="sizes"/> that is computed from <paramref name="sources"/>.</summary>
    protected FoldedValue(long[] sizes, params ReadOnlySpan<FoldedValue> sources)
    {
        Sizes = sizes;
        Count = (int)(ConstantTensor.Count([.. sizes, sizeof(float)]) ?? 0) / sizeof(float);
        foreach (var source in sources)
        {
            source.Readers++;
            Depth = Math.Max(Depth, source.Depth + 1);
        }
    }

    public long[] Sizes { get; }

    /// <summary>The number of elements.</summary>
    public int Count { get; }

    /// <summary>How many operations lie one after the other between an initializer and this value.</summary>
    public int Depth { get; }

    /// <summary>How often it will still be read. Between two readings the elements are kept.</summary>
    public int Readers { get; set; }

    /// <summary>The elements of a value that is in the model as it is; null where it must be computed.</summary>
    public virtual ReadOnlyMemory<byte>? Stored => null;

    /// <summary>Reads the value: its elements, 4 bytes each.</summary>
    /// <param name="threads">Threads to compute with.</param>
    public ReadOnlyMemory<byte> Read(int threads)
    {
        if (Stored is { } stored)
        {
            return stored;
        }

        if (_kept is not { } elements)
        {
            elements = LargeArray.Allocate<byte>(Count * sizeof(float));
            Compute(elements, threads);
        }

        _kept = --Readers > 0 ? elements : null;
        return elements;
    }

    /// <summary>Reads the value into <paramref name="target"/>.</summary>
    /// <param name="target">4 bytes an element.</param>
    /// <param name="threads">Threads to compute with.</param>
    public void Read(Memory<byte> target, int threads)
    {
        if (Stored is null && _kept is null && Readers <= 1)
        {
            Readers--;
            Compute(target, threads);
        }
        else
        {
            Read(threads).CopyTo(target);
        }
    }

    /// <summary>Computes the elements into <paramref name="target"/>.</summary>
    protected abstract void Compute(Memory<byte> target, int threads);
}
