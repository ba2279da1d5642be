using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

/// <summary>How often each value occurs in a volume of labels, and what is not a label.</summary>
/// <param name="Counts">Voxels of each value that occurs.</param>
/// <param name="Strange">Voxels whose value is not a whole number from 0 to 65,535.</param>
/// <param name="FirstStrange">Offset of the first of these; -1 where there is none.</param>
internal sealed record LabelFacts(IReadOnlyDictionary<int, long> Counts, long Strange, long FirstStrange)
{
    private const int BlockLength = 1 << 15;

    /// <summary>Reads the voxels of a volume of one channel once.</summary>
    public static LabelFacts Of(Volume labels)
    {
        var counts = new long[LabelClass.MaximumValue + 1];
        var (strange, first) = (0L, -1L);
        var buffer = new float[Math.Min(BlockLength, labels.Shape.Count)];
        for (var start = 0L; start < labels.Shape.Count; start += buffer.Length)
        {
            var block = buffer.AsSpan(0, (int)Math.Min(buffer.Length, labels.Shape.Count - start));
            labels.CopyValues(start, block);
            for (var i = 0; i < block.Length; i++)
            {
                if (LabelNarrowing.TryRound(block[i], out var label))
                {
                    counts[label]++;
                }
                else if (strange++ == 0)
                {
                    first = start + i;
                }
            }
        }

        return new(counts.Index().Where(count => count.Item > 0).ToDictionary(count => count.Index, count => count.Item), strange, first);
    }
}
