namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Puts volumes of one grid together as the channels of one volume.</summary>
internal static class ChannelStack
{
    /// <summary>The channels of all volumes, in order; the volume itself where there is one.</summary>
    /// <param name="volumes">At least one.</param>
    /// <param name="names">What to call each in errors, such as its path.</param>
    /// <exception cref="ArgumentException">The volumes lie on different grids.</exception>
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
        return VoxelBuffer.Create(channels[0].VoxelType, shape, first.Geometry, channels[0].Scaling, first.Header, voxels =>
        {
            foreach (var channel in channels)
            {
                channel.Bytes.CopyTo(voxels);
                voxels = voxels[channel.Bytes.Length..];
            }
        });
    }

    private static void RequireSameGrid(Volume first, string firstName, Volume other, string otherName)
    {
        const string Remedy = "Channels must lie on one grid; resample one file to the other first.";
        if (!first.Shape.SameGrid(other.Shape))
        {
            throw new ArgumentException($"'{firstName}' has {first.Shape} voxels, but '{otherName}' has {other.Shape}. {Remedy}");
        }

        if (!first.Geometry.Matches(other.Geometry, first.Shape))
        {
            var distance = first.Geometry.LargestDifference(other.Geometry, first.Shape);
            throw new ArgumentException(
                $"'{firstName}' ({first.Geometry}) and '{otherName}' ({other.Geometry}) lie up to {distance:0.###} mm apart. {Remedy}");
        }
    }
}
