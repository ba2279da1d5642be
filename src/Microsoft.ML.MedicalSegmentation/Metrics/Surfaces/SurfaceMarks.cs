using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

/// <summary>The places of a box that belong to a surface, each with a code above 0.</summary>
/// <remarks>One byte for each place, reused from structure to structure.</remarks>
internal sealed class SurfaceMarks
{
    private byte[] _codes = [];
    private int[] _rowCounts = [];

    /// <summary>Size of the box.</summary>
    public (int Depth, int Height, int Width) Size { get; private set; }

    /// <summary>Number of marked places.</summary>
    public int Count { get; private set; }

    /// <summary>Codes by place, [depth, height, width]; 0 off the surface.</summary>
    public byte[] Codes => _codes;

    /// <summary>Number of marked places of each row, [depth, height].</summary>
    public int[] RowCounts => _rowCounts;

    /// <summary>Makes room for a box; what it holds is undefined until every row is written.</summary>
    /// <exception cref="ArgumentException">A side is longer than distances are kept for.</exception>
    public void Start((int Depth, int Height, int Width) size)
    {
        if (size.Height > NearestSurface.LongestSide || size.Width > NearestSurface.LongestSide)
        {
            throw new ArgumentException(
                $"A structure spans {size.Width} x {size.Height} voxels in a slice; surface distances are measured up to "
                    + $"{NearestSurface.LongestSide} a side. Resample or crop both volumes."
            );
        }

        Size = size;
        var count = checked(size.Depth * size.Height * size.Width);
        if (_codes.Length < count)
        {
            _codes = LargeArray.Allocate<byte>(count);
        }

        if (_rowCounts.Length < size.Depth * size.Height)
        {
            _rowCounts = new int[size.Depth * size.Height];
        }
    }

    /// <summary>The codes of a row, to be written.</summary>
    public Span<byte> Row(int row) => _codes.AsSpan(row * Size.Width, Size.Width);

    /// <summary>Counts the marks of a row that was written.</summary>
    public void CountRow(int row) => _rowCounts[row] = Size.Width - Row(row).Count((byte)0);

    /// <summary>Sums up after every row was written.</summary>
    public void Finish() => Count = _rowCounts.AsSpan(0, Size.Depth * Size.Height) is var counts && counts.Length > 0
        ? System.Numerics.Tensors.TensorPrimitives.Sum<int>(counts)
        : 0;
}
