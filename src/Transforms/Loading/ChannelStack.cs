using System.Numerics;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Loading;

/// <summary>Puts volumes of one grid together as the channels of one volume.</summary>
internal static class ChannelStack
{
    /// <summary>The channels of all volumes, in order; the volume itself if there is one.</summary>
    /// <param name="volumes">At least one.</param>
    /// <param name="names">What to call each in errors, such as its path.</param>
    /// <exception cref="InputDataException">
    /// The volumes lie on different grids, or have more voxels together than one volume holds.
    /// </exception>
    public static Volume Stack(IReadOnlyList<Volume> volumes, IReadOnlyList<string> names)
    {
        var first = volumes[0];
        if (volumes.Count == 1)
        {
            return first;
        }

        for (var i = 1; i < volumes.Count; i++)
        {
            RequireSameGrid(first, names[0], volumes[i], names[i]);
        }

        // Channels share one voxel type and scaling; where the files differ, single precision holds them all.
        var alike = volumes.All(volume => volume.VoxelType == first.VoxelType && volume.Scaling == first.Scaling);
        var channels = alike ? volumes : [.. volumes.Select(volume => volume.ToSingle())];
        var shape = first.Shape.WithChannels(volumes.Sum(volume => volume.Shape.Channels));
        shape.Validate();
        return channels[0] switch
        {
            Volume<byte> v => Join(v, channels, shape),
            Volume<sbyte> v => Join(v, channels, shape),
            Volume<ushort> v => Join(v, channels, shape),
            Volume<short> v => Join(v, channels, shape),
            Volume<uint> v => Join(v, channels, shape),
            Volume<int> v => Join(v, channels, shape),
            Volume<ulong> v => Join(v, channels, shape),
            Volume<long> v => Join(v, channels, shape),
            Volume<double> v => Join(v, channels, shape),
            var other => Join((Volume<float>)other, channels, shape),
        };
    }

    /// <summary>Copies voxels, not bytes, of which a span holds 2 GiB at most.</summary>
    private static Volume<T> Join<T>(Volume<T> first, IReadOnlyList<Volume> channels, VolumeShape shape)
        where T : unmanaged, INumber<T>
    {
        var voxels = VoxelArray.Allocate<T>((int)shape.Count);
        var filled = 0;
        foreach (var channel in channels.Cast<Volume<T>>())
        {
            channel.Voxels.CopyTo(voxels.AsSpan(filled));
            filled += channel.Voxels.Length;
        }

        return Volume.Create(voxels, shape, first.Geometry, first.Scaling, first.Header);
    }

    private static void RequireSameGrid(Volume first, string firstName, Volume other, string otherName)
    {
        const string Remedy = "Channels must lie on one grid; resample one file to the other first.";
        if (!first.Shape.SameGrid(other.Shape))
        {
            throw new InputDataException($"'{firstName}' has {first.Shape} voxels, but '{otherName}' has {other.Shape}. {Remedy}");
        }

        if (!first.Geometry.Matches(other.Geometry, first.Shape))
        {
            var distance = first.Geometry.LargestDifference(other.Geometry, first.Shape);
            throw new InputDataException(
                $"'{firstName}' ({first.Geometry}) and '{otherName}' ({other.Geometry}) lie up to {distance:0.###} mm apart. {Remedy}");
        }
    }
}
