using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Formats.Images;
using Microsoft.ML.MedicalSegmentation.Images;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Volumes;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Makes volumes of one slice of ML.NET's pictures, so that LoadImages and ResizeImages go before networks.</summary>
/// <remarks>
/// An <see cref="MLImage"/> has 8 bits per colour, no pixel size and no camera orientation: LoadImages gives a
/// picture as it is stored, even where its EXIF data says that viewers turn it, so that it may lie on its side beside its
/// labels. LoadVolumes reads PNG, JPEG, TIFF and BMP without this loss: it turns pictures as viewers do, and keeps more than 8 bits,
/// palettes of labels and a stated size. Use it unless a pipeline needs ML.NET's pictures. Pixels become UInt8; they lie as
/// those of picture files do: x to the patient's left, y to posterior, the first pixel at the origin. Where the column's type
/// names a size, as after ResizeImages, the transformer takes pictures of that size only, also when it is loaded from a model.
/// </remarks>
public sealed class ConvertToVolumeEstimator : VolumeEstimator
{
    internal const string Name = "ConvertToVolume";

    private readonly string _inputColumn;
    private readonly ImageReadingSettings _settings;

    internal ConvertToVolumeEstimator(Options options)
        : base(Name, [options.InputColumnName], [options.OutputColumnName])
    {
        _inputColumn = options.InputColumnName;
        _settings = new(options.Channels, options.PixelSize);
        _settings.Validate();
    }

    /// <summary>Options of <see cref="ConvertToVolumeEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of volumes that is added. Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>The column of pictures. Default "Picture".</summary>
        public string InputColumnName = "Picture";

        /// <summary>What channels hold. Default <see cref="ImageChannels.Rgb"/>.</summary>
        public ImageChannels Channels = ImageChannels.Rgb;

        /// <summary>Distance of pixels along x and y in mm, above 0. Default 1.</summary>
        public double PixelSize = 1;
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => columns.Find(_inputColumn)?.ItemType is ImageDataViewType { Height: > 0, Width: > 0 } size
            ? new SizedImageReading(new(_settings, size.Height, size.Width))
            : new ImageReading(_settings);
}

/// <summary>How pictures become volumes.</summary>
internal sealed record ImageReadingSettings(ImageChannels Channels, double PixelSize) : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(!Enum.IsDefined(Channels), $"Channels is {Channels}; it must be {string.Join(", ", Enum.GetNames<ImageChannels>())}.");
        faults.Add(!(PixelSize is > 0 and <= 1e6), $"PixelSize is {PixelSize}; it must be above 0 and at most 1000000 mm.");
        faults.ThrowIfAny(ConvertToVolumeEstimator.Name);
    }

    /// <summary>Makes a volume of a row's picture, which has <paramref name="height"/> x <paramref name="width"/> pixels.</summary>
    public Volume Read(PictureInput input, int height, int width)
    {
        var shape = new VolumeShape(Channels switch { ImageChannels.Grey => 1, ImageChannels.Rgb => 3, _ => 4 }, 1, height, width);
        return VoxelBuffer.Create(
            VoxelType.UInt8,
            shape,
            ImageGeometry.Of(PixelSize, PixelSize),
            VoxelScaling.Identity,
            header: null,
            voxels => input.ToPixels().CopyTo(voxels, Channels)
        );
    }
}
