namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>A patch on its way to the network: normalised intensities and class indices, which an augmentation changes in place.</summary>
public readonly ref struct TrainingPatch
{
    private readonly Span<float> _image;
    private readonly int _channels;

    /// <param name="shape">[C, D, H, W].</param>
    /// <param name="image">Voxels of all channels.</param>
    /// <param name="labels">Class indices, [D, H, W].</param>
    /// <param name="maskChannels">How many channels, the last ones, are masks that only move with the image. Default: 0.</param>
    internal TrainingPatch(VolumeShape shape, Span<float> image, Span<long> labels, int maskChannels = 0)
    {
        Shape = shape.WithChannels(shape.Channels - maskChannels);
        _image = image;
        _channels = shape.Channels;
        Labels = labels;
    }

    /// <summary>[C, D, H, W]; D is 1 for a patch of one slice.</summary>
    public VolumeShape Shape { get; }

    /// <summary>Class indices, [D, H, W], x fastest; empty where images as a whole are classified.</summary>
    public Span<long> Labels { get; }

    /// <summary>Number of channels with the masks after those of <see cref="Shape"/>.</summary>
    internal int ChannelsWithMasks => _channels;

    /// <summary>Voxels of one channel, [D, H, W], x fastest.</summary>
    /// <param name="index">From 0.</param>
    public Span<float> Channel(int index) => _image.Slice(checked((int)(index * Shape.ChannelCount)), checked((int)Shape.ChannelCount));

    /// <summary>The patch without its last channels.</summary>
    internal TrainingPatch FirstChannels(int count) => new(Shape.WithChannels(count), _image, Labels);
}
