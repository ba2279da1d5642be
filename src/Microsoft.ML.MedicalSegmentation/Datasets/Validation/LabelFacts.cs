using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

/// <summary>What is not a label in a volume of labels.</summary>
/// <param name="Strange">Voxels whose value is not a whole number from 0 to 65,535.</param>
/// <param name="FirstStrange">Offset of the first of these; -1 where there is none.</param>
internal sealed record LabelFacts(long Strange, long FirstStrange)
{
    private const int BlockLength = 1 << 15;

    /// <summary>Reads the voxels of a volume of one channel once.</summary>
    public static LabelFacts Of(Volume labels)
    {
        var (strange, first) = (0L, -1L);
        var buffer = new float[Math.Min(BlockLength, labels.Shape.Count)];
        for (var start = 0L; start < labels.Shape.Count; start += buffer.Length)
        {
            var block = buffer.AsSpan(0, (int)Math.Min(buffer.Length, labels.Shape.Count - start));
            labels.CopyValues(start, block);
            for (var i = 0; i < block.Length; i++)
            {
                if (!LabelNarrowing.TryRound(block[i], out _) && strange++ == 0)
                {
                    first = start + i;
                }
            }
        }

        return new(strange, first);
    }

    /// <summary>What is wrong with the values of a volume of labels; null if all are labels.</summary>
    public static string? FindFault(Volume volume)
    {
        if (volume.Shape.Channels != 1)
        {
            return $"The label volume has {volume.Shape.Channels} channels; it must have one. "
                + "Merge the channels into one number per voxel.";
        }

        var facts = Of(volume);
        return facts.Strange == 0 ? null
            : $"{facts.Strange} of {volume.Shape.Count} voxels are not labels; the first is "
                + $"{VoxelPlace.Of(volume, facts.FirstStrange)}. Labels are whole numbers from 0 to {LabelClass.MaximumValue}. "
                + $"{LabelNarrowing.Remedy(volume)}";
    }
}
