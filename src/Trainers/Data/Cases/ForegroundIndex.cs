using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Cases;

/// <summary>Some voxels of each structure of a case, so that patches can be placed on them without a search.</summary>
internal sealed class ForegroundIndex
{
    /// <summary>The most voxels remembered per class: enough that patches differ, a few kilobytes per case.</summary>
    public const int MaximumPerClass = 2000;

    private readonly int[][] _offsetsOfPresentClasses;

    /// <summary>No voxels: what an image without labels has.</summary>
    public static ForegroundIndex None { get; } = new([]);

    private ForegroundIndex(int[][] offsets) => _offsetsOfPresentClasses = offsets;

    /// <summary>True if the case has no voxel but background.</summary>
    public bool IsEmpty => _offsetsOfPresentClasses.Length == 0;

    /// <summary>Remembers every n-th voxel of each class, n being 1 for small structures.</summary>
    public static ForegroundIndex Build(LabelVolume labels, ClassMap classes)
    {
        var counts = labels.CountValues();
        var strides = new long[classes.Classes.Count];
        var offsets = new List<int>[classes.Classes.Count];
        for (var i = 1; i < strides.Length; i++)
        {
            var value = classes.Classes[i].Value;
            var count = value < counts.Length ? counts[value] : 0;
            strides[i] = Math.Max(1, (count + MaximumPerClass - 1) / MaximumPerClass);
            offsets[i] = [];
        }

        var seen = new long[strides.Length];
        var block = new int[8192];
        for (long start = 0; start < labels.Shape.Count; start += block.Length)
        {
            var values = block.AsSpan(0, (int)Math.Min(block.Length, labels.Shape.Count - start));
            labels.CopyLabels(start, values);
            for (var i = 0; i < values.Length; i++)
            {
                var index = classes.IndexOf(values[i]);
                if (index > 0 && index < seen.Length && seen[index]++ % strides[index] == 0)
                {
                    offsets[index].Add((int)start + i);
                }
            }
        }

        return new ForegroundIndex([.. offsets.Skip(1).Where(list => list.Count > 0).Select(list => list.ToArray())]);
    }

    /// <summary>A voxel of a random structure of the case, as an offset in memory order; rare structures as often as large ones.</summary>
    public int Draw(RandomStream random)
    {
        var offsets = _offsetsOfPresentClasses[random.NextInt(_offsetsOfPresentClasses.Length)];
        return offsets[random.NextInt(offsets.Length)];
    }
}
