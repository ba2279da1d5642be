namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Segmentation;

/// <summary>Probabilities of classes as the numbers that a fractional segmentation keeps.</summary>
internal sealed class DicomProbabilities
{
    /// <summary>The number that stands for a probability of 1.</summary>
    public const int Maximum = 255;

    private readonly Volume _volume;
    private readonly Dictionary<int, int> _channels;
    private readonly LabelClass[] _classes;
    private readonly float[] _plane;

    /// <exception cref="ArgumentException">There is another number of classes than channels.</exception>
    public DicomProbabilities(Volume volume, IReadOnlyList<LabelClass> classes)
    {
        if (volume.Shape.Channels != classes.Count)
        {
            throw new ArgumentException(
                $"There are {volume.Shape.Channels} channels of probabilities and {classes.Count} classes; give "
                    + "one class for each channel, in their order.",
                nameof(classes)
            );
        }

        _volume = volume;
        _classes = [.. classes];
        _channels = classes.Select((c, i) => (c.Value, i)).Where(c => c.Value > 0).ToDictionary(c => c.Value, c => c.i);
        _plane = new float[volume.Shape.Width * volume.Shape.Height];
    }

    /// <summary>Labels of the same grid and classes without a label: they give the segments and the place.</summary>
    public LabelVolume EmptyLabels()
    {
        var shape = _volume.Shape.WithChannels(1);
        return LabelVolume.Create(new byte[shape.Count], shape, _volume.Geometry, _classes);
    }

    /// <summary>True if a voxel of a slice has a share.</summary>
    public bool HasAny(int segment, int z)
    {
        var shares = new byte[_plane.Length];
        Read(segment, z, shares);
        return shares.AsSpan().ContainsAnyExcept((byte)0);
    }

    /// <summary>The shares of a slice, 0 to <see cref="Maximum"/>.</summary>
    /// <exception cref="ArgumentException">A value is not from 0 to 1.</exception>
    public void Read(int segment, int z, Span<byte> shares)
    {
        if (!_channels.TryGetValue(segment, out var channel))
        {
            shares.Clear();
            return;
        }

        _volume.CopyValues(_volume.Offset(channel, z, 0, 0), _plane);
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = _plane[i] is >= -1e-4f and <= 1 + 1e-4f
                ? (byte)Math.Round(Math.Clamp(_plane[i], 0, 1) * Maximum)
                : throw new ArgumentException(
                    $"Class {segment} has the probability {_plane[i]} in slice {z}; probabilities are "
                        + "0 to 1. Apply the model's activation first."
                );
        }
    }
}
