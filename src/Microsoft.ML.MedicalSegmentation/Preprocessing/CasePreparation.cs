using Microsoft.ML.MedicalSegmentation.Datasets.Fingerprints;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Preprocessing.Resizing;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing;

/// <summary>Prepares images and labels by a definition; safe for several threads.</summary>
/// <remarks>
/// Takes 4 bytes per value of the prepared image, what <see cref="ImageResize"/> says, and, unless values are normalised each by itself and
/// axes keep their order, 4 bytes per value of the cropped image.
/// </remarks>
internal sealed class CasePreparation
{
    /// <summary>The most values that an image may have once it is resampled, unless another number is given.</summary>
    public const long DefaultMaximumValues = 1L << 29;

    private readonly PlannedPreprocessing _definition;
    private readonly long _maximumValues;
    private readonly ParallelOptions _parallel;

    /// <exception cref="ArgumentException">The definition cannot be followed.</exception>
    public CasePreparation(
        PlannedPreprocessing definition,
        long maximumValues = DefaultMaximumValues,
        int maximumThreads = 0,
        CancellationToken cancellationToken = default
    )
    {
        definition.Validate();
        _definition = definition;
        _maximumValues = maximumValues;
        _parallel = new()
        {
            MaxDegreeOfParallelism = maximumThreads == 0 ? Environment.ProcessorCount : maximumThreads,
            CancellationToken = cancellationToken,
        };
    }

    /// <summary>The volume, turned as the definition requires.</summary>
    public Volume Turn(Volume volume) => _definition.Orientation is { } code ? volume.Reorient(code) : volume;

    /// <summary>Prepares an image that <see cref="Turn"/> has turned.</summary>
    /// <exception cref="InputDataException">It has other channels, or would be too large at the network's spacing.</exception>
    public PreparedImage Prepare(Volume volume)
    {
        var channels = _definition.Channels.Count;
        if (volume.Shape.Channels != channels)
        {
            throw new InputDataException(
                $"{volume.NameInErrors} has {volume.Shape.Channels} channel{(volume.Shape.Channels == 1 ? "" : "s")}; the model "
                    + $"takes {channels}. Load the channels of training, in the same order, into one volume."
            );
        }

        var order = _definition.TransposeForward;
        var box = VoxelBox.Of(volume);
        int[] start = AxisPermutation.Of<int>([box.Start.Z, box.Start.Y, box.Start.X], order);
        var cropped = AxisPermutation.Of(box.Shape, order);
        var own = volume.Geometry.Spacing;
        double[] spacing = AxisPermutation.Of<double>([own.Z, own.Y, own.X], order);
        double[] target = _definition.Spacing.Count == 2 ? [spacing[0], .. _definition.Spacing] : [.. _definition.Spacing];
        var shape = AtLeastOne(ArrayResampling.NewShape(cropped, spacing, target));
        RequireSize(volume, shape);
        return new()
        {
            Values = Streamed(volume, box, cropped, shape, spacing, target) ?? Held(volume, box, cropped, shape, spacing, target),
            Shape = shape,
            Whole = AxisPermutation.Of(volume.Shape, order),
            CropStart = start,
            Cropped = cropped,
            ImageSpacing = spacing,
            Spacing = target,
        };
    }

    /// <summary>Prepares labels on the grid of an image that was prepared.</summary>
    /// <param name="labels">Turned as the image was.</param>
    /// <param name="image">The image.</param>
    /// <returns>[depth, height, width] of the prepared image.</returns>
    public int[] PrepareLabels(LabelVolume labels, PreparedImage image)
    {
        var whole = AxisPermutation.Of(labels.Shape, _definition.TransposeForward);
        if (!whole.SameGrid(image.Whole))
        {
            throw new InputDataException(
                $"The labels have {labels.Shape} voxels, in another grid than their image. Name the labels that belong to the "
                    + "image, or resample them to it."
            );
        }

        var cropped = VoxelCopy.Copy(labels, image.CropStart, image.Cropped, _definition.TransposeForward);
        return ArrayResampling.Labels(
            cropped,
            image.Cropped,
            image.Shape,
            _definition.LabelResampling,
            image.ImageSpacing,
            image.Spacing,
            _parallel
        );
    }

    // Normalises a copy of the cropped image, then resamples it.
    private float[] Held(Volume volume, VoxelBox box, VolumeShape cropped, VolumeShape shape, double[] spacing, double[] target)
    {
        var values = VoxelCopy.Copy(volume, box, _definition.TransposeForward, _parallel);
        Normalize(values, cropped, volume.NameInErrors);
        return ArrayResampling.Images(values, cropped, shape, _definition.ImageResampling, spacing, target, _parallel);
    }

    // Reads, normalises and resamples slice by slice, to the same values; null where that cannot be done.
    private float[]? Streamed(Volume volume, VoxelBox box, VolumeShape cropped, VolumeShape shape, double[] spacing, double[] target)
    {
        if (cropped.SameGrid(shape) || !_definition.TransposeForward.SequenceEqual([0, 1, 2])
            || ArrayResampling.SeparateAxis(_definition.ImageResampling, spacing, target) is not (null or 0))
        {
            return null;
        }

        var channels = new List<ChannelSlices>();
        foreach (var (i, channel) in _definition.Channels.Index())
        {
            Moments MomentsOf()
            {
                var (slices, buffer) = (new CropSlices(volume, box, i), new float[cropped.Height * cropped.Width]);
                return Moments.Of(cropped.Depth, z => slices.Read(z, buffer));
            }

            if (!ChannelNormalizer.TryGetRule(channel, MomentsOf, out var rule))
            {
                return null;
            }

            channels.Add(new CropSlices(volume, box, i) { Rule = rule });
        }

        return ArrayResampling.Images(
            channel => channels[channel],
            cropped,
            shape,
            _definition.ImageResampling,
            spacing,
            target,
            _parallel
        );
    }

    private void Normalize(float[] values, VolumeShape shape, string name)
    {
        // The mask is of the image before any channel is normalised.
        var mask = _definition.Channels.Any(channel => channel.WithinNonzero) ? HoleFilling.NonzeroMask(values, shape) : [];
        var length = (int)shape.ChannelCount;
        foreach (var (i, channel) in _definition.Channels.Index())
        {
            ChannelNormalizer.Normalize(values.AsSpan(i * length, length), channel, mask, name);
        }
    }

    private static VolumeShape AtLeastOne(VolumeShape shape)
        => new(shape.Channels, Math.Max(shape.Depth, 1), Math.Max(shape.Height, 1), Math.Max(shape.Width, 1));

    private void RequireSize(Volume volume, VolumeShape shape)
    {
        var count = (double)shape.Depth * shape.Height * shape.Width * shape.Channels;
        if (count > _maximumValues)
        {
            throw new InputDataException(
                $"At the spacing of training, {string.Join(" x ", _definition.Spacing.Select(step => $"{step:0.###}"))} mm, "
                    + $"{volume.NameInErrors} ({volume.Shape}; {volume.Geometry}) would have {count:N0} values; the limit is "
                    + $"{_maximumValues:N0}. Correct the spacing of the file, crop it, or raise MaximumResampledVoxels."
            );
        }
    }
}
