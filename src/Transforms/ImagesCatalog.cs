namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Estimators between ML.NET's pictures and volumes, on <c>mlContext.MedicalSegmentation().Transforms</c>.</summary>
public static partial class ImagesCatalog
{
    /// <summary>Makes volumes of one slice of pictures.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of volumes that is added.</param>
    /// <param name="inputColumnName">The column of pictures.</param>
    /// <param name="channels">What channels hold.</param>
    /// <param name="pixelSize">Distance of pixels along x and y in mm.</param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    /// <remarks>
    /// LoadImages ignores a camera's orientation (EXIF). Where pictures may have one, load them by LoadVolumes, which needs no
    /// ConvertToVolume.
    /// </remarks>
    /// <example><code>
    /// mlContext.Transforms.LoadImages("Picture", "images", "FileName")
    ///     .Append(mlContext.Transforms.ResizeImages("Picture", 256, 256))
    ///     .Append(mlContext.MedicalSegmentation().Transforms.ConvertToVolume("Image", "Picture"))
    /// </code></example>
    public static ConvertToVolumeEstimator ConvertToVolume(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Image",
        string inputColumnName = "Picture",
        ImageChannels channels = ImageChannels.Rgb,
        double pixelSize = 1)
        => catalog.ConvertToVolume(new ConvertToVolumeEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Channels = channels,
            PixelSize = pixelSize,
        });

    /// <summary>Makes volumes of one slice of pictures.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static ConvertToVolumeEstimator ConvertToVolume(
        this SegmentationTransformsCatalog catalog,
        ConvertToVolumeEstimator.Options options
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    /// <summary>Makes pictures of one slice of volumes or label volumes.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of pictures that is added.</param>
    /// <param name="inputColumnName">The column of volumes or label volumes.</param>
    /// <param name="slice">The slice along z, from 0. Default: the middle one.</param>
    /// <param name="windowMinimum">
    /// The value that becomes black, in the volume's unit. Default: the least value of the slice; 0 for UInt8.
    /// </param>
    /// <param name="windowMaximum">The value that becomes white. Default: the greatest value of the slice; 255 for UInt8.</param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static ConvertToImageEstimator ConvertToImage(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Picture",
        string inputColumnName = "Image",
        int? slice = null,
        double? windowMinimum = null,
        double? windowMaximum = null)
        => catalog.ConvertToImage(new ConvertToImageEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Slice = slice,
            WindowMinimum = windowMinimum,
            WindowMaximum = windowMaximum,
        });

    /// <summary>Makes pictures of one slice of volumes or label volumes.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static ConvertToImageEstimator ConvertToImage(
        this SegmentationTransformsCatalog catalog,
        ConvertToImageEstimator.Options options
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }
}
