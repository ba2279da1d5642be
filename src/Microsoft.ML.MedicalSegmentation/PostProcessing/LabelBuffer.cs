using Microsoft.ML.MedicalSegmentation.Spatial.Components;

namespace Microsoft.ML.MedicalSegmentation.PostProcessing;

/// <summary>Labels that post-processing may change: one copy, shared by all steps.</summary>
internal sealed class LabelBuffer
{
    private readonly byte[]? _narrow;
    private readonly ushort[]? _wide;
    private readonly LabelVolume _source;

    /// <summary>Copies a volume.</summary>
    public LabelBuffer(LabelVolume source)
    {
        _source = source;
        if (source.Voxels is Volume<byte> narrow)
        {
            _narrow = narrow.Voxels.ToArray();
        }
        else
        {
            _wide = ((Volume<ushort>)source.Voxels).Voxels.ToArray();
        }
    }

    /// <summary>Sizes.</summary>
    public VolumeShape Shape => _source.Shape;

    /// <summary>Volume of a voxel in mm³.</summary>
    public double VoxelVolume => _source.Geometry.VoxelVolume;

    /// <summary>Size of a voxel in mm.</summary>
    public Vector3D Spacing => _source.Geometry.Spacing;

    /// <summary>Bounds the threads.</summary>
    public ParallelOptions Parallelism { get; } = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>The labels that occur, without the background.</summary>
    public IReadOnlyList<int> Labels()
    {
        var counts = ToVolume().CountValues();
        return [.. Enumerable.Range(1, counts.Length - 1).Where(label => counts[label] > 0)];
    }

    /// <summary>The regions of the labels as they are now.</summary>
    public ConnectedComponents Find(VoxelConnectivity connectivity, LabelGroups groups) => _narrow is not null
        ? ConnectedComponents.Find<byte>(_narrow, Shape, connectivity, groups, Parallelism)
        : ConnectedComponents.Find<ushort>(_wide, Shape, connectivity, groups, Parallelism);

    /// <summary>Gives every voxel of some regions a label.</summary>
    /// <param name="regions">The regions.</param>
    /// <param name="label">The label of a region by its number; null leaves it.</param>
    /// <param name="only">Changes voxels of this label only; null changes all.</param>
    /// <exception cref="ArgumentException">A label does not fit the type of the labels.</exception>
    public void Paint(ConnectedComponents regions, Func<int, int?> label, int? only = null)
    {
        var labels = new int?[regions.All.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = label(i);
        }

        if (_narrow is not null && labels.Any(wanted => wanted > byte.MaxValue))
        {
            throw new ArgumentException(
                $"The label {labels.Max()} does not fit a volume of 8-bit labels. Choose a label up to {byte.MaxValue}."
            );
        }

        Parallel.For(0, Shape.Depth, Parallelism, z =>
        {
            for (var y = 0; y < Shape.Height; y++)
            {
                ReadOnlySpan<LabelRun> runs = regions.Runs(z, y);
                var ofRuns = regions.ComponentsOfRuns(z, y);
                for (var i = 0; i < runs.Length; i++)
                {
                    if (labels[ofRuns[i]] is { } wanted)
                    {
                        Fill((((z * Shape.Height) + y) * Shape.Width) + runs[i].Start, runs[i].End - runs[i].Start, wanted, only);
                    }
                }
            }
        });
    }

    /// <summary>Which of some regions hold a voxel of another label.</summary>
    /// <param name="label">The label.</param>
    /// <param name="regions">The regions.</param>
    public bool[] HoldOtherThan(int label, ConnectedComponents regions)
    {
        var found = new bool[regions.All.Length];
        for (var z = 0; z < Shape.Depth; z++)
        {
            for (var y = 0; y < Shape.Height; y++)
            {
                ReadOnlySpan<LabelRun> runs = regions.Runs(z, y);
                var ofRuns = regions.ComponentsOfRuns(z, y);
                for (var i = 0; i < runs.Length; i++)
                {
                    var (start, length) = ((((z * Shape.Height) + y) * Shape.Width) + runs[i].Start, runs[i].End - runs[i].Start);
                    found[ofRuns[i]] |= _narrow is not null
                        ? _narrow.AsSpan(start, length).ContainsAnyExcept((byte)label)
                        : _wide.AsSpan(start, length).ContainsAnyExcept((ushort)label);
                }
            }
        }

        return found;
    }

    /// <summary>Filters all labels.</summary>
    public void Smooth(MajorityFilter filter)
    {
        if (_narrow is not null)
        {
            filter.Apply(_narrow, Shape, Parallelism);
        }
        else if (_wide is not null)
        {
            filter.Apply(_wide, Shape, Parallelism);
        }
    }

    /// <summary>The labels as a volume; shares this buffer's memory.</summary>
    public LabelVolume ToVolume() => _narrow is not null
        ? LabelVolume.Create(_narrow, Shape, _source.Geometry, _source.Classes)
        : LabelVolume.Create(_wide ?? [], Shape, _source.Geometry, _source.Classes);

    private void Fill(int start, int length, int label, int? only)
    {
        for (var at = start; at < start + length; at++)
        {
            if (only is null || only == (_narrow is not null ? _narrow[at] : _wide?[at]))
            {
                if (_narrow is not null)
                {
                    _narrow[at] = (byte)label;
                }
                else if (_wide is not null)
                {
                    _wide[at] = (ushort)label;
                }
            }
        }
    }
}
