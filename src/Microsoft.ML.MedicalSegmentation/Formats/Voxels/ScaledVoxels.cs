using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>Applies the voxel scaling of a volume, for formats that have no place for it.</summary>
/// <remarks>
/// Whole-number scalings of integers, such as CT's minus 1024, stay integers of 16 or 32 bits where all values fit;
/// others become floating point, double where the stored type has more digits than single precision.
/// </remarks>
internal static class ScaledVoxels
{
    /// <summary>The volume with the identity scaling: itself where it already has.</summary>
    public static Volume Apply(Volume volume) => volume switch
    {
        { Scaling.IsIdentity: true } => volume,
        Volume<byte> v => Apply(v),
        Volume<sbyte> v => Apply(v),
        Volume<ushort> v => Apply(v),
        Volume<short> v => Apply(v),
        Volume<uint> v => Convert<uint, double>(v),
        Volume<int> v => Convert<int, double>(v),
        Volume<ulong> v => Convert<ulong, double>(v),
        Volume<long> v => Convert<long, double>(v),
        Volume<double> v => Convert<double, double>(v),
        Volume<float> v => Convert<float, float>(v),
        _ => throw new NotSupportedException($"Voxels of type {volume.VoxelType} cannot be scaled."),
    };

    private static Volume Apply<T>(Volume<T> volume)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        var scaling = volume.Scaling;
        if (scaling.Slope != Math.Truncate(scaling.Slope) || scaling.Intercept != Math.Truncate(scaling.Intercept))
        {
            return Convert<T, float>(volume);
        }

        var (a, b) = (scaling.Apply(double.CreateTruncating(T.MinValue)), scaling.Apply(double.CreateTruncating(T.MaxValue)));
        var (least, most) = (Math.Min(a, b), Math.Max(a, b));
        if (least < short.MinValue || most > short.MaxValue)
        {
            // The type's limits do not fit 16 bits; the voxels may.
            (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (var voxel in volume.Voxels)
            {
                var value = scaling.Apply(double.CreateTruncating(voxel));
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
            }
        }

        return least >= short.MinValue && most <= short.MaxValue ? Convert<T, short>(volume)
            : least >= int.MinValue && most <= int.MaxValue ? Convert<T, int>(volume)
            : Convert<T, double>(volume);
    }

    private static Volume<TTo> Convert<T, TTo>(Volume<T> volume)
        where T : unmanaged, INumber<T>
        where TTo : unmanaged, INumber<TTo>
    {
        var scaling = volume.Scaling;
        var stored = volume.Voxels;
        var values = VoxelArray.Allocate<TTo>(stored.Length);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = TTo.CreateTruncating(scaling.Apply(double.CreateTruncating(stored[i])));
        }

        return Volume.Create(values, volume.Shape, volume.Geometry, VoxelScaling.Identity, volume.Header);
    }
}
