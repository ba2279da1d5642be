using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.Images;

/// <summary>Makes a picture of a slice of the volume of a row.</summary>
internal sealed class VolumePicturing(ImageWritingSettings settings)
    : SettingsFunction<VolumeInput, ImageOutput, ImageWritingSettings>(settings, new ConvertToImageContract())
{
    public override void Apply(VolumeInput input, ImageOutput output)
    {
        var volume = input.Volume;
        var shape = volume.Shape;
        if (shape.Channels is not (1 or 3 or 4))
        {
            throw new InputDataException(
                $"{volume.NameInErrors} has {shape.Channels} channels; a picture shows 1 (grey), "
                    + "3 (RGB) or 4 (RGBA). Take one by Channel(i)."
            );
        }

        var plane = shape.Height * shape.Width;
        var values = new float[shape.Channels * plane];
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            volume.CopyValues(volume.Offset(channel, Settings.SliceOf(shape), 0, 0), values.AsSpan(channel * plane, plane));
        }

        var (low, high) = WindowOf(volume, values);
        var pixels = new byte[4 * plane];
        for (var i = 0; i < plane; i++)
        {
            for (var color = 0; color < 3; color++)
            {
                pixels[(4 * i) + color] = Shade(values[shape.Channels == 1 ? i : i + (color * plane)], low, high);
            }

            pixels[(4 * i) + 3] = shape.Channels == 4 ? Shade(values[i + (3 * plane)], low, high) : byte.MaxValue;
        }

        output.Image = MLImage.CreateFromPixels(shape.Width, shape.Height, MLPixelFormat.Rgba32, pixels);
    }

    public override DataViewSchema.Annotations Annotate(int output, IReadOnlyList<DataViewSchema.Column> inputs) =>
        DataViewSchema.Annotations.Empty;

    private (double Low, double High) WindowOf(Volume volume, ReadOnlySpan<float> values)
    {
        if (Settings.WindowMinimum is { } low && Settings.WindowMaximum is { } high)
        {
            return (low, high);
        }

        if (volume.VoxelType == VoxelType.UInt8 && volume.Scaling.IsIdentity)
        {
            return (0, byte.MaxValue);
        }

        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (float.IsFinite(value))
            {
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
            }
        }

        return (least, most);
    }

    // What is not a number, or has no window, is black.
    private static byte Shade(float value, double low, double high)
        => high > low && !float.IsNaN(value) ? (byte)Math.Round(Math.Clamp((value - low) / (high - low), 0, 1) * byte.MaxValue) : (byte)0;
}

/// <summary>Makes a picture of a slice of the label volume of a row.</summary>
internal sealed class LabelPicturing(ImageWritingSettings settings)
    : SettingsFunction<LabelVolumeInput, ImageOutput, ImageWritingSettings>(settings, new ConvertLabelsToImageContract())
{
    public override void Apply(LabelVolumeInput input, ImageOutput output)
    {
        var labels = input.Labels;
        var (width, height) = (labels.Shape.Width, labels.Shape.Height);
        var slice = new int[width * height];
        labels.CopyLabels(labels.Voxels.Offset(0, Settings.SliceOf(labels.Shape), 0, 0), slice);
        var pixels = new byte[4 * slice.Length];
        for (var i = 0; i < slice.Length; i++)
        {
            var color = slice[i] == 0 ? 0 : Settings.LabelColors[(slice[i] - 1) % Settings.LabelColors.Length];
            (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2], pixels[(4 * i) + 3]) = (
                (byte)(color >> 16),
                (byte)(color >> 8),
                (byte)color,
                byte.MaxValue
            );
        }

        output.Image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
    }

    public override DataViewSchema.Annotations Annotate(int output, IReadOnlyList<DataViewSchema.Column> inputs) =>
        DataViewSchema.Annotations.Empty;
}

/// <summary>Version 1 of saved ConvertToImage of volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ConvertToImageContract()
    : RowContract<VolumeInput, ImageOutput>(ContractName, state => new VolumePicturing(state.Read<ImageWritingSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "ConvertToImage/1";
}

/// <summary>Version 1 of saved ConvertToImage of label volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ConvertLabelsToImageContract()
    : RowContract<LabelVolumeInput, ImageOutput>(ContractName, state => new LabelPicturing(state.Read<ImageWritingSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "ConvertLabelsToImage/1";
}
