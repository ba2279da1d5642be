using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.MedicalSegmentation.Spatial.Components;

/// <summary>The runs of one slice, row by row: 12 bytes each, however long they are.</summary>
internal sealed class SliceRuns
{
    private SliceRuns(LabelRun[] runs, int[] rowStarts) => (Runs, RowStarts) = (runs, rowStarts);

    /// <summary>All runs, by row and then along x.</summary>
    public LabelRun[] Runs { get; }

    /// <summary>Index of each row's first run, and one more for the end.</summary>
    public int[] RowStarts { get; }

    /// <summary>The runs of a row.</summary>
    public ReadOnlySpan<LabelRun> Row(int y) => Runs.AsSpan(RowStarts[y], RowStarts[y + 1] - RowStarts[y]);

    /// <summary>Finds the runs of a slice.</summary>
    /// <param name="slice">Labels, [height, width].</param>
    /// <param name="width">Voxels of a row.</param>
    /// <param name="groups">Which labels belong together.</param>
    /// <param name="buffer">Reused by the caller.</param>
    public static SliceRuns Find<T>(ReadOnlySpan<T> slice, int width, LabelGroups groups, RunBuffer buffer)
        where T : unmanaged, IBinaryInteger<T>
    {
        buffer.Clear();
        var rowStarts = new int[(slice.Length / width) + 1];
        for (var y = 0; y < rowStarts.Length - 1; y++)
        {
            rowStarts[y] = buffer.Count;
            buffer.StartRow(width);
            AddRow(slice.Slice(y * width, width), groups, buffer);
        }

        rowStarts[^1] = buffer.Count;
        return new(buffer.ToArray(), rowStarts);
    }

    // Compares a vector of voxels with their left neighbours; each difference ends a run.
    private static void AddRow<T>(ReadOnlySpan<T> row, LabelGroups groups, RunBuffer buffer)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref var first = ref MemoryMarshal.GetReference(row);
        var (start, x) = (0, 1);
        for (; x <= row.Length - Vector256<T>.Count; x += Vector256<T>.Count)
        {
            var same = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)x), Vector256.LoadUnsafe(ref first, (nuint)x - 1));
            if (same == Vector256<T>.AllBitsSet)
            {
                continue;
            }

            for (var ends = ~same.ExtractMostSignificantBits() & LaneMask<T>(); ends != 0; ends &= ends - 1)
            {
                var end = x + BitOperations.TrailingZeroCount(ends);
                buffer.Add(start, end, groups[int.CreateTruncating(row[start])]);
                start = end;
            }
        }

        for (; x < row.Length; x++)
        {
            if (row[x] != row[x - 1])
            {
                buffer.Add(start, x, groups[int.CreateTruncating(row[start])]);
                start = x;
            }
        }

        buffer.Add(start, row.Length, groups[int.CreateTruncating(row[start])]);
    }

    private static uint LaneMask<T>() => Vector256<T>.Count == 32 ? uint.MaxValue : (1u << Vector256<T>.Count) - 1;
}
