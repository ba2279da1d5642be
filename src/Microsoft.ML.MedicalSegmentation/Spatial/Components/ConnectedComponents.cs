using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Spatial.Components;

/// <summary>The regions of a label volume whose voxels hang together, in the order of their first voxels.</summary>
/// <remarks>
/// Works on runs of equal voxels: 16 bytes a run, no image of region numbers. Slices may come one after another, from anywhere; only
/// their runs are kept. He, Chao and Suzuki 2008, A Run-Based Two-Scan Labeling Algorithm, https://doi.org/10.1109/TIP.2008.919369.
/// </remarks>
internal sealed class ConnectedComponents
{
    private readonly SliceRuns[] _slices;
    private readonly int[] _firstRuns; // number of each slice's first run among all
    private readonly int[] _componentOfRun;

    private ConnectedComponents(SliceRuns[] slices, int[] firstRuns, int[] componentOfRun, Component[] all)
        => (_slices, _firstRuns, _componentOfRun, All) = (slices, firstRuns, componentOfRun, all);

    /// <summary>The regions; <see cref="ComponentsOfRuns"/> gives indices into them.</summary>
    public Component[] All { get; }

    /// <summary>Finds the regions of a volume.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="connectivity">Which voxels are neighbours.</param>
    /// <param name="groups">Which labels belong together.</param>
    /// <param name="parallelism">Bounds the threads; the result does not depend on their number.</param>
    public static ConnectedComponents Find(
        LabelVolume labels,
        VoxelConnectivity connectivity,
        LabelGroups groups,
        ParallelOptions parallelism
    ) =>
        labels.Voxels is Volume<byte> narrow
            ? Find(narrow.Memory, labels.Shape, connectivity, groups, parallelism)
            : Find(((Volume<ushort>)labels.Voxels).Memory, labels.Shape, connectivity, groups, parallelism);

    /// <summary>Finds the regions of labels in the order [depth, height, width].</summary>
    public static ConnectedComponents Find<T>(
        ReadOnlyMemory<T> labels, VolumeShape shape, VoxelConnectivity connectivity, LabelGroups groups, ParallelOptions parallelism)
        where T : unmanaged, IBinaryInteger<T>
    {
        var slices = new SliceRuns[shape.Depth];
        var plane = shape.Height * shape.Width;
        Parallel.For(0, shape.Depth, parallelism, static () => new RunBuffer(), (z, _, buffer) =>
        {
            slices[z] = SliceRuns.Find(labels.Span.Slice(z * plane, plane), shape.Width, groups, buffer);
            return buffer;
        }, static _ => { });
        return Join(slices, connectivity, parallelism);
    }

    /// <summary>Finds the regions of slices that were looked at one by one.</summary>
    public static ConnectedComponents Join(SliceRuns[] slices, VoxelConnectivity connectivity, ParallelOptions parallelism)
    {
        var firstRuns = new int[slices.Length + 1];
        for (var z = 0; z < slices.Length; z++)
        {
            firstRuns[z + 1] = checked(firstRuns[z] + slices[z].Runs.Length);
        }

        var sets = new DisjointSets(firstRuns[^1]);
        var neighbours = new RunNeighbours(connectivity);

        // Each thread joins a slab of slices, which have no run in common; then the slabs are joined.
        var threads = parallelism.MaxDegreeOfParallelism < 1 ? Environment.ProcessorCount : parallelism.MaxDegreeOfParallelism;
        var slabs = Math.Min(slices.Length, threads);
        int Begin(int slab) => (int)((long)slices.Length * slab / slabs);
        Parallel.For(0, slabs, parallelism, slab =>
        {
            for (var z = Begin(slab); z < Begin(slab + 1); z++)
            {
                neighbours.JoinWithin(slices[z], firstRuns[z], sets);
                if (z > Begin(slab))
                {
                    neighbours.JoinAcross(slices[z - 1], firstRuns[z - 1], slices[z], firstRuns[z], sets);
                }
            }
        });
        for (var slab = 1; slab < slabs; slab++)
        {
            var z = Begin(slab);
            neighbours.JoinAcross(slices[z - 1], firstRuns[z - 1], slices[z], firstRuns[z], sets);
        }

        var slabStarts = Enumerable.Range(0, slabs + 1).Select(Begin).ToArray();
        var (componentOfRun, firstComponents) = sets.Number([.. slabStarts.Select(z => firstRuns[z])], parallelism);
        return new(
            slices,
            firstRuns,
            componentOfRun,
            Describe(slices, firstRuns, componentOfRun, slabStarts, firstComponents, parallelism)
        );
    }

    /// <summary>The runs of a row.</summary>
    public ReadOnlySpan<LabelRun> Runs(int z, int y) => _slices[z].Row(y);

    /// <summary>The number of the region of each run of a row.</summary>
    public ReadOnlySpan<int> ComponentsOfRuns(int z, int y)
    {
        var starts = _slices[z].RowStarts;
        return _componentOfRun.AsSpan(_firstRuns[z] + starts[y], starts[y + 1] - starts[y]);
    }

    /// <summary>Writes the number of each voxel's region, from 1, and 0 for no region.</summary>
    /// <typeparam name="T">A type that holds the number of regions.</typeparam>
    /// <param name="image">Receives the numbers: [depth, height, width].</param>
    /// <param name="shape">Sizes of the volume.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    public void Paint<T>(T[] image, VolumeShape shape, ParallelOptions parallelism)
        where T : unmanaged, IBinaryInteger<T> =>
        Parallel.For(0, shape.Depth, parallelism, z =>
        {
            for (var y = 0; y < shape.Height; y++)
            {
                var row = image.AsSpan(((z * shape.Height) + y) * shape.Width, shape.Width);
                ReadOnlySpan<LabelRun> runs = Runs(z, y);
                ReadOnlySpan<int> components = ComponentsOfRuns(z, y);
                row.Clear();
                for (var i = 0; i < runs.Length; i++)
                {
                    row[runs[i].Start..runs[i].End].Fill(T.CreateTruncating(components[i] + 1));
                }
            }
        });

    // Each thread describes the regions that begin in its slab of slices; the runs of those that began before it follow at the end.
    private static Component[] Describe(
        SliceRuns[] slices,
        int[] firstRuns,
        int[] componentOfRun,
        int[] slabStarts,
        int[] firstComponents,
        ParallelOptions parallelism
    )
    {
        var all = new Component[firstComponents[^1]];
        var later = new List<(LabelRun Run, int Component, int Z, int Y)>[slabStarts.Length - 1];
        Parallel.For(0, later.Length, parallelism, slab =>
        {
            var next = firstRuns[slabStarts[slab]];
            later[slab] = [];
            for (var z = slabStarts[slab]; z < slabStarts[slab + 1]; z++)
            {
                for (var y = 0; y < slices[z].RowStarts.Length - 1; y++)
                {
                    foreach (var run in slices[z].Row(y))
                    {
                        var component = componentOfRun[next++];
                        if (component >= firstComponents[slab])
                        {
                            all[component].Add(run, z, y);
                        }
                        else
                        {
                            later[slab].Add((run, component, z, y));
                        }
                    }
                }
            }
        });
        foreach (var (run, component, z, y) in later.SelectMany(runs => runs))
        {
            all[component].Add(run, z, y);
        }

        return all;
    }
}
