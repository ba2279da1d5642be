namespace Microsoft.ML.MedicalSegmentation.Formats.Nifti;

/// <summary>Makes the header for a volume that is written as NIfTI, keeping what its own file said where it still holds.</summary>
internal static class NiftiWriter
{
    /// <summary>The largest size that NIfTI-1 can state.</summary>
    private const int LargestVersion1Size = short.MaxValue;

    /// <summary>The header of a volume.</summary>
    /// <param name="volume">What is written.</param>
    /// <param name="isPair">True if the voxels go to a second file.</param>
    public static NiftiHeader MakeHeader(Volume volume, bool isPair)
    {
        var original = volume.Header?.Original as NiftiHeader;
        var header = original?.Clone() ?? new NiftiHeader();
        var sameChannels = original is not null && volume.Header?.Shape.Channels == volume.Shape.Channels && original.Rank >= 1;
        var type = sameChannels ? NiftiDataType.Find(header.DataType) : null;
        type = type?.Type == volume.VoxelType ? type : NiftiDataType.Of(volume.VoxelType);
        if (!sameChannels || (long)type.Components * OuterSize(header) != volume.Shape.Channels)
        {
            SetChannels(header, volume.Shape.Channels);
            type = NiftiDataType.Of(volume.VoxelType);
        }

        SetGrid(header, volume.Shape);
        header.Version = header.Version == 2 || header.Dim.Skip(1).Any(d => d > LargestVersion1Size) ? 2 : 1;
        header.Magic = $"n{(isPair ? 'i' : '+')}{header.Version}";
        (header.DataType, header.BitPix) = (type.Code, type.Bits);
        if (original is null || !volume.Geometry.Equals(volume.Header?.Geometry))
        {
            NiftiGeometry.Store(volume.Geometry, header);
        }

        SetScaling(header, volume);
        header.VoxOffset = isPair ? 0 : header.HeaderBytes + 4 + header.Extensions.Sum(e => (long)e.Size);
        return header;
    }

    /// <summary>Components that lie together in the file.</summary>
    public static int InnerChannels(NiftiHeader header) => NiftiDataType.Find(header.DataType)?.Components ?? 1;

    /// <summary>Writes header, flag bytes and extensions.</summary>
    public static void WriteHeader(NiftiHeader header, Stream destination)
    {
        destination.Write(header.ToBytes());
        NiftiExtension.Write(header.Extensions, destination);
    }

    private static long OuterSize(NiftiHeader header)
        => (header.Rank >= 4 ? header.Dim[4] : 1) * (header.Rank >= 5 ? header.Dim[5] : 1);

    private static void SetGrid(NiftiHeader header, VolumeShape shape)
    {
        (header.Dim[1], header.Dim[2], header.Dim[3]) = (shape.Width, shape.Height, shape.Depth);
        var rank = shape.Depth > 1 ? 3 : header.Dim[0] is 1 or 2 ? Math.Max(header.Dim[0], shape.Height > 1 ? 2 : 1) : 3;
        header.Dim[0] = Math.Max(header.Rank > 3 ? header.Rank : 0, rank);
        for (var axis = header.Rank + 1; axis < 8; axis++)
        {
            header.Dim[axis] = 1;
        }
    }

    private static void SetChannels(NiftiHeader header, int channels)
    {
        header.Dim[0] = channels > 1 ? 4 : 3;
        header.Dim[4] = channels;
        header.Dim[5] = 1;
        (header.PixDim[4], header.PixDim[5]) = (channels > 1 ? 1 : 0, 0);
        (header.IntentCode, header.IntentName, header.IntentP) = (0, "", new double[3]);
    }

    private static void SetScaling(NiftiHeader header, Volume volume)
    {
        // A slope of 0 says "not scaled"; a file that said so keeps saying it.
        if (!volume.Scaling.IsIdentity)
        {
            (header.SclSlope, header.SclInter) = (volume.Scaling.Slope, volume.Scaling.Intercept);
        }
        else if (header.SclSlope != 0 && double.IsFinite(header.SclSlope) || volume.Header?.Original is not NiftiHeader)
        {
            (header.SclSlope, header.SclInter) = (1, 0);
        }
    }
}
