using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

[TestClass]
public sealed class TurningKernelTests
{
    [TestMethod]
    public void Copy_RowsOfAnyLengthAndType_AreReversed()
    {
        for (var length = 0; length < 150; length++)
        {
            IsReversed<byte>(length);
            IsReversed<short>(length);
            IsReversed<float>(length);
            IsReversed<double>(length);
            IsReversed<ulong>(length);
        }
    }

    [TestMethod]
    public void Reorient_AnyTypeToEveryCode_MovesEachVoxelToItsPlace()
    {
        // Two channels, odd, and some sides longer than a tile.
        var shape = new VolumeShape(2, 37, 5, 71);
        Turns<byte>(shape);
        Turns<ushort>(shape);
        Turns<int>(shape);
        Turns<float>(new(1, 9, 67, 35));
        Turns<double>(shape);
        Turns<short>(new(1, 1, 70, 3));
    }

    private static void IsReversed<T>(int length)
        where T : unmanaged, INumber<T>
    {
        var source = Enumerable.Range(1, length).Select(i => T.CreateTruncating(i)).ToArray();
        var destination = new T[length + 2];
        ReversedCopy.Copy<T>(source, destination.AsSpan(1, length));
        CollectionAssert.AreEqual(source.Reverse().ToArray(), destination[1..^1], $"{typeof(T)} {length}");
        Assert.AreEqual((T.Zero, T.Zero), (destination[0], destination[^1]), "wrote outside");
    }

    private static void Turns<T>(VolumeShape shape)
        where T : unmanaged, INumber<T>
    {
        var volume = Volume.Create([.. Enumerable.Range(0, (int)shape.Count).Select(i => T.CreateTruncating(i * 7919L))], shape);
        foreach (var letters in new[] { "RAS", "RSA", "ARS", "ASR", "SRA", "SAR" })
        {
            for (var signs = 0; signs < 8; signs++)
            {
                var code = string.Concat(letters.Select((letter, i) => (signs >> i & 1) == 0 ? letter : "LPI"["RAS".IndexOf(letter)]));
                var turned = (Volume<T>)volume.Reorient(code);
                var map = volume.Geometry.WorldToIndex.Compose(turned.Geometry.IndexToWorld);
                for (var i = 0; i < shape.Count; i++)
                {
                    var (line, x) = Math.DivRem(i, turned.Shape.Width);
                    var (slice, y) = Math.DivRem(line, turned.Shape.Height);
                    var (channel, z) = Math.DivRem(slice, turned.Shape.Depth);
                    var from = map.Apply(new(x, y, z));
                    var offset = volume.Offset(channel, (int)Math.Round(from.Z), (int)Math.Round(from.Y), (int)Math.Round(from.X));
                    if (volume.Voxels[(int)offset] != turned.Voxels[i])
                    {
                        Assert.Fail($"{typeof(T)} to {code}: voxel [{channel}, {z}, {y}, {x}]");
                    }
                }
            }
        }
    }
}
