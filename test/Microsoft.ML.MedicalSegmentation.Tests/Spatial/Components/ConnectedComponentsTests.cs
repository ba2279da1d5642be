using Microsoft.ML.MedicalSegmentation.Numerics;


namespace Microsoft.ML.MedicalSegmentation.Spatial.Components;

[TestClass]
public sealed class ConnectedComponentsTests
{
    [TestMethod]
    [DataRow(VoxelConnectivity.Faces)]
    [DataRow(VoxelConnectivity.Edges)]
    [DataRow(VoxelConnectivity.Corners)]
    public void Find_InRandomLabels_GivesTheRegionsOfAFloodFill(VoxelConnectivity connectivity)
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new RandomStream(seed);
            var shape = new VolumeShape(1, seed % 3 == 0 ? 1 : random.NextInt(1, 7), random.NextInt(1, 9), random.NextInt(1, 70));
            var share = random.NextDouble(0.05, 0.95);
            var voxels = Enumerable
                .Range(0, (int)shape.Count)
                .Select(_ => random.NextDouble() < share ? 1 + random.NextInt(2) : 0)
                .ToArray();
            var labels =
                seed % 2 == 0
                    ? LabelVolume.Create([.. voxels.Select(v => (byte)v)], shape)
                    : LabelVolume.Create([.. voxels.Select(v => (ushort)(v * 300))], shape);
            var parallelism = new ParallelOptions { MaxDegreeOfParallelism = 1 + (seed % 4) };
            foreach (var (groups, isJoined) in new[] { (LabelGroups.EachLabel, false), (LabelGroups.Foreground, true) })
            {
                var found = ConnectedComponents.Find(labels, connectivity, groups, parallelism);
                var image = new int[shape.Count];
                found.Paint(image, shape, parallelism);

                var expected = FloodFill(isJoined ? [.. voxels.Select(v => Math.Min(v, 1))] : voxels, shape, connectivity);
                CollectionAssert.AreEqual(expected, image, $"seed {seed}, {shape}");
                for (var i = 0; i < found.All.Length; i++)
                {
                    Assert.AreEqual(expected.Count(number => number == i + 1), found.All[i].Voxels);
                    Assert.AreEqual(
                        expected.Where((number, at) => number == i + 1 && IsAtEdge(at, shape)).Any(),
                        found.All[i].TouchesEdge(shape)
                    );
                }
            }
        }
    }

    private static bool IsAtEdge(int at, VolumeShape shape)
    {
        int x = at % shape.Width, y = at / shape.Width % shape.Height, z = at / shape.Width / shape.Height;
        return x == 0 || x == shape.Width - 1 || y == 0 || y == shape.Height - 1 || (shape.Depth > 1 && (z == 0 || z == shape.Depth - 1));
    }

    // Numbers regions in the order of their first voxels.
    private static int[] FloodFill(int[] voxels, VolumeShape shape, VoxelConnectivity connectivity)
    {
        var (numbers, count, steps) = (new int[voxels.Length], 0, 1 + (int)connectivity);
        for (var start = 0; start < voxels.Length; start++)
        {
            if (voxels[start] == 0 || numbers[start] != 0)
            {
                continue;
            }

            var open = new Stack<int>([start]);
            numbers[start] = ++count;
            while (open.TryPop(out var at))
            {
                int x = at % shape.Width, y = at / shape.Width % shape.Height, z = at / shape.Width / shape.Height;
                for (var step = 0; step < 27; step++)
                {
                    int dx = (step % 3) - 1, dy = (step / 3 % 3) - 1, dz = (step / 9) - 1;
                    var (nx, ny, nz) = (x + dx, y + dy, z + dz);
                    if (
                        Math.Abs(dx) + Math.Abs(dy) + Math.Abs(dz) > steps
                        || nx < 0
                        || nx >= shape.Width
                        || ny < 0
                        || ny >= shape.Height
                        || nz < 0
                        || nz >= shape.Depth
                    )
                    {
                        continue;
                    }

                    var next = (((nz * shape.Height) + ny) * shape.Width) + nx;
                    if (voxels[next] == voxels[at] && numbers[next] == 0)
                    {
                        numbers[next] = count;
                        open.Push(next);
                    }
                }
            }
        }

        return numbers;
    }
}
