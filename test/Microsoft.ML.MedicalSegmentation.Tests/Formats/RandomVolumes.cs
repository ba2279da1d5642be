using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>Volumes with random voxels, at random places: every bit pattern of the type, oblique and mirrored axes.</summary>
internal static class RandomVolumes
{
    public static Volume Create(VoxelType type, VolumeShape shape, int seed, VoxelScaling? scaling = null) => type switch
    {
        VoxelType.UInt8 => Create<byte>(shape, seed, scaling),
        VoxelType.Int8 => Create<sbyte>(shape, seed, scaling),
        VoxelType.UInt16 => Create<ushort>(shape, seed, scaling),
        VoxelType.Int16 => Create<short>(shape, seed, scaling),
        VoxelType.UInt32 => Create<uint>(shape, seed, scaling),
        VoxelType.Int32 => Create<int>(shape, seed, scaling),
        VoxelType.UInt64 => Create<ulong>(shape, seed, scaling),
        VoxelType.Int64 => Create<long>(shape, seed, scaling),
        VoxelType.Float32 => Create<float>(shape, seed, scaling),
        _ => Create<double>(shape, seed, scaling),
    };

    /// <summary>Rotated about a random axis, with unequal voxels, mirrored for odd seeds; seed 0 is axis-aligned.</summary>
    public static VolumeGeometry Geometry(int seed)
    {
        var random = new Random(seed);
        var spacing = new Vector3D(0.3 + (4 * random.NextDouble()), 0.3 + (4 * random.NextDouble()), 0.3 + (4 * random.NextDouble()));
        var rotation =
            seed == 0
                ? Quaternion.Identity
                : Quaternion.Normalize(
                    new(
                        (float)random.NextDouble() - 0.5f,
                        (float)random.NextDouble() - 0.5f,
                        (float)random.NextDouble() - 0.5f,
                        (float)random.NextDouble() - 0.5f
                    )
                );
        Vector3D Axis(Vector3 unit, double length)
        {
            // Single precision directions would not be quite at right angles; NIfTI's qform needs them to be.
            var (x, y, z, w) = ((double)rotation.X, (double)rotation.Y, (double)rotation.Z, (double)rotation.W);
            var norm = 1 / ((x * x) + (y * y) + (z * z) + (w * w));
            var v = new Vector3D(unit.X, unit.Y, unit.Z);
            var q = new Vector3D(x, y, z);
            var rotated = v + ((Vector3D.Cross(q, Vector3D.Cross(q, v)) + (Vector3D.Cross(q, v) * w)) * (2 * norm));
            return rotated * length;
        }

        var mirror = seed % 2 == 1 ? -1 : 1;
        return new(new AffineTransform(
            Axis(Vector3.UnitX, spacing.X * mirror), Axis(Vector3.UnitY, spacing.Y), Axis(Vector3.UnitZ, spacing.Z),
            new((random.NextDouble() - 0.5) * 500, (random.NextDouble() - 0.5) * 500, (random.NextDouble() - 0.5) * 500)));
    }

    private static Volume<T> Create<T>(VolumeShape shape, int seed, VoxelScaling? scaling)
        where T : unmanaged, INumber<T>
    {
        var random = new Random(seed);
        var voxels = new T[shape.Count];
        for (var i = 0; i < voxels.Length; i++)
        {
            voxels[i] = typeof(T) == typeof(float) || typeof(T) == typeof(double)
                ? T.CreateTruncating((random.NextDouble() - 0.5) * 4000)
                : T.CreateTruncating(random.NextInt64(long.MinValue, long.MaxValue));
        }

        return Volume.Create(voxels, shape, Geometry(seed), scaling);
    }
}
