namespace Microsoft.ML.MedicalSegmentation.Spatial.Components;

/// <summary>Joins runs of neighbouring rows that touch and belong to one group.</summary>
internal readonly struct RunNeighbours
{
    private readonly int _inSlice;  // reach along x to the row before, in the same slice
    private readonly int _straight; // to the same row of the slice before
    private readonly int _slanted;  // to the rows beside it in the slice before; below 0 they are not neighbours

    public RunNeighbours(VoxelConnectivity connectivity) =>
        (_inSlice, _straight, _slanted) = connectivity switch
        {
            VoxelConnectivity.Faces => (0, 0, -1),
            VoxelConnectivity.Edges => (1, 1, 0),
            VoxelConnectivity.Corners => (1, 1, 1),
            _ => throw new ArgumentOutOfRangeException(
                nameof(connectivity),
                connectivity,
                "This is not a connectivity. Use Faces, Edges or Corners."
            ),
        };

    /// <summary>Joins the rows of one slice.</summary>
    /// <param name="slice">The runs.</param>
    /// <param name="first">Number of the slice's first run among all runs.</param>
    /// <param name="sets">The regions.</param>
    public void JoinWithin(SliceRuns slice, int first, DisjointSets sets)
    {
        for (var y = 1; y < slice.RowStarts.Length - 1; y++)
        {
            Join(slice, y - 1, first, slice, y, first, _inSlice, sets);
        }
    }

    /// <summary>Joins a slice with the one before it.</summary>
    public void JoinAcross(SliceRuns before, int firstBefore, SliceRuns slice, int first, DisjointSets sets)
    {
        var rows = slice.RowStarts.Length - 1;
        for (var y = 0; y < rows; y++)
        {
            if (slice.RowStarts[y] == slice.RowStarts[y + 1])
            {
                continue;
            }

            Join(before, y, firstBefore, slice, y, first, _straight, sets);
            if (_slanted >= 0 && y > 0)
            {
                Join(before, y - 1, firstBefore, slice, y, first, _slanted, sets);
            }

            if (_slanted >= 0 && y < rows - 1)
            {
                Join(before, y + 1, firstBefore, slice, y, first, _slanted, sets);
            }
        }
    }

    private static void Join(
        SliceRuns one, int rowOfOne, int firstOfOne, SliceRuns other, int rowOfOther, int firstOfOther, int reach, DisjointSets sets)
    {
        ReadOnlySpan<LabelRun> a = one.Row(rowOfOne), b = other.Row(rowOfOther);
        var (idA, idB) = (firstOfOne + one.RowStarts[rowOfOne], firstOfOther + other.RowStarts[rowOfOther]);
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            if (a[i].End + reach <= b[j].Start)
            {
                i++;
            }
            else if (b[j].End + reach <= a[i].Start)
            {
                j++;
            }
            else
            {
                JoinIfSame(a, i, b, j);
                if (a[i].End < b[j].End)
                {
                    i++;
                }
                else if (a[i].End > b[j].End)
                {
                    j++;
                }
                else
                {
                    // Both end here; with a reach, each may still touch what follows the other at once.
                    if (reach > 0 && j + 1 < b.Length && b[j + 1].Start == a[i].End)
                    {
                        JoinIfSame(a, i, b, j + 1);
                    }

                    if (reach > 0 && i + 1 < a.Length && a[i + 1].Start == b[j].End)
                    {
                        JoinIfSame(a, i + 1, b, j);
                    }

                    i++;
                    j++;
                }
            }
        }

        void JoinIfSame(ReadOnlySpan<LabelRun> a, int i, ReadOnlySpan<LabelRun> b, int j)
        {
            if (a[i].Group == b[j].Group)
            {
                sets.Join(idA + i, idB + j);
            }
        }
    }
}
