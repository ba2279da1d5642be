using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Makes volumes of one slice of ML.NET's pictures, so that LoadImages and ResizeImages go before networks.</summary>
/// <remarks>
/// An <see cref="MLImage"/> has 8 bits a colour and knows no size of a pixel and no orientation of a camera: LoadImages gives a
/// picture as it is stored, even where its EXIF data says that viewers turn it, so that it may lie on its side beside its
/// labels. LoadVolumes reads PNG, JPEG, TIFF and BMP without this loss: it turns pictures as viewers do, and keeps more than 8 bits,
/// palettes of labels and a stated size. Use it unless a pipeline needs ML.NET's pictures. Pixels become UInt8; they lie as
/// those of picture files do: x to the patient's left, y to posterior, the first pixel at the origin.
/// </remarks>
public sealed class ConvertToVolumeEstimator : VolumeEstimator
{
    internal const string Name = "ConvertToVolume";

    private readonly ImageReadingSettings _settings;

    internal ConvertToVolumeEstimator(Options options)
        : base(Name, [options.InputColumnName], [options.OutputColumnName])
    {
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

    private protected override RowFunction MakeFunction(InputColumns columns) => new ImageReading(_settings);
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
}

/// <summary>Makes a volume of the picture of a row.</summary>
internal sealed class ImageReading(ImageReadingSettings settings)
    : SettingsFunction<ImageInput, VolumeOutput, ImageReadingSettings>(settings, new ConvertToVolumeContract())
{
    private readonly VolumeGeometry _geometry = ImageGeometry.Of(settings.PixelSize, settings.PixelSize);

    public override void Apply(ImageInput input, VolumeOutput output)
    {
        var image = input.Image;
        var channels = Settings.Channels switch { ImageChannels.Grey => 1, ImageChannels.Rgb => 3, _ => 4 };
        var shape = new VolumeShape(channels, 1, image.Height, image.Width);
        output.Volume = VoxelBuffer.Create(VoxelType.UInt8, shape, _geometry, VoxelScaling.Identity, header: null, voxels =>
        {
            // Whether red or blue comes first, green is the second byte and opacity the last.
            var pixels = image.Pixels;
            var red = image.PixelFormat == MLPixelFormat.Bgra32 ? 2 : 0;
            var plane = image.Width * image.Height;
            for (var i = 0; i < plane; i++)
            {
                var pixel = pixels.Slice(4 * i, 4);
                if (channels == 1)
                {
                    voxels[i] = Luma(pixel[red], pixel[1], pixel[2 - red]);
                    continue;
                }

                (voxels[i], voxels[i + plane], voxels[i + (2 * plane)]) = (pixel[red], pixel[1], pixel[2 - red]);
                if (channels == 4)
                {
                    voxels[i + (3 * plane)] = pixel[3];
                }
            }
        });
    }

    private static byte Luma(int red, int green, int blue) => (byte)(((299 * red) + (587 * green) + (114 * blue) + 500) / 1000);
}

/// <summary>Version 1 of saved ConvertToVolume.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ConvertToVolumeContract() : RowContract<ImageInput, VolumeOutput>(ContractName, state => new ImageReading(state.Read<ImageReadingSettings>()))
{
    public const string ContractName = StockChain.ContractPrefix + "ConvertToVolume/1";
}
