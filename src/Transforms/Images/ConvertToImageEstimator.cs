using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Columns;
using Microsoft.ML.MedicalSegmentation.Images;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Makes ML.NET pictures of one slice of volumes, or of label volumes in the colours of their classes.</summary>
/// <remarks>
/// Rows and columns of the picture are y and x of the volume, the first voxel at the upper left; nothing is turned. Values
/// become shades of 8 bits: the window's lower end black, its upper end white, and what lies outside like the nearer end.
/// Volumes of one channel become grey; of three or four, red, green, blue and opacity.
/// </remarks>
public sealed class ConvertToImageEstimator : VolumeEstimator
{
    internal const string Name = "ConvertToImage";

    private readonly string _input;
    private readonly ImageWritingSettings _settings;

    internal ConvertToImageEstimator(Options options)
        : base(Name, [options.InputColumnName], [options.OutputColumnName])
    {
        _input = options.InputColumnName;
        _settings = new(options.Slice, options.WindowMinimum, options.WindowMaximum, [.. options.LabelColors ?? LabelPalette.Default]);
        _settings.Validate();
    }

    /// <summary>Options of <see cref="ConvertToImageEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of pictures that is added. Default "Picture".</summary>
        public string OutputColumnName = "Picture";

        /// <summary>The column of volumes or label volumes. Default "Image".</summary>
        public string InputColumnName = "Image";

        /// <summary>The slice along z, from 0. Default: the middle slice. It must lie within every volume.</summary>
        public int? Slice;

        /// <summary>
        /// The value that becomes black, in the volume's unit, such as HU; with <see cref="WindowMaximum"/> or not at all. Default: the
        /// least value of the slice; 0 for UInt8.
        /// </summary>
        public double? WindowMinimum;

        /// <summary>
        /// The value that becomes white, above <see cref="WindowMinimum"/>. Default: the greatest value of the slice; 255 for UInt8.
        /// </summary>
        public double? WindowMaximum;

        /// <summary>
        /// Colours of label values as 0xRRGGBB, from value 1 on and then from the start again; 0 is black. Default: ten that differ well.
        /// </summary>
        public IReadOnlyList<int>? LabelColors;
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => columns.Find(_input)?.ItemType is LabelVolumeDataViewType ? new LabelPicturing(_settings) : new VolumePicturing(_settings);
}

/// <summary>How volumes become pictures.</summary>
internal sealed record ImageWritingSettings(int? Slice, double? WindowMinimum, double? WindowMaximum, int[] LabelColors) : ICheckedSettings
{
    /// <summary>Fails for values that cannot be used.</summary>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(Slice < 0, $"Slice is {Slice}; slices count from 0.");
        faults.Add(
            WindowMinimum is null != WindowMaximum is null,
            "One end of the window is given; give WindowMinimum and WindowMaximum, or neither."
        );
        faults.Add(
            WindowMinimum is { } low && WindowMaximum is { } high && !(low < high && double.IsFinite(high - low)),
            $"The window reaches from {WindowMinimum} to {WindowMaximum}; its ends must be finite and the first below the second."
        );
        faults.Add(LabelColors.Length == 0, "LabelColors is empty; give at least one colour.");
        foreach (var color in LabelColors.Where(color => color is < 0 or > 0xFFFFFF))
        {
            faults.Add(true, $"LabelColors has {color}; colours are 0x000000 to 0xFFFFFF.");
        }

        faults.ThrowIfAny(ConvertToImageEstimator.Name);
    }

    /// <summary>The slice to show.</summary>
    /// <exception cref="InputDataException">The volume does not have it.</exception>
    public int SliceOf(VolumeShape shape)
    {
        var slice = Slice ?? shape.Depth / 2;
        return slice < shape.Depth
            ? slice
            : throw new InputDataException(
                $"{ConvertToImageEstimator.Name} shows slice {slice}, but a volume has {shape.Depth} ({shape}). Leave Slice out for "
                    + "the middle one, or crop volumes to one depth."
            );
    }
}
