namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>
/// Collects probabilities of slices on the grid of the volume, outputs x volume x 4 bytes, or their doubt, volume x 4 bytes.
/// </summary>
internal sealed class ProbabilityVolume
{
    private readonly MemberSlices _slices;
    private readonly VolumeShape _shape;
    private readonly float[] _values;
    private readonly PlannedEnsemble _ensemble;
    private readonly float[] _doubt;

    /// <exception cref="ArgumentException">The probabilities would be longer than an array can be.</exception>
    public ProbabilityVolume(PlannedEnsemble ensemble, MemberSlices slices, bool isDoubt)
    {
        _ensemble = ensemble;
        _doubt = new float[isDoubt ? slices.Image.Cropped.Height * slices.Image.Cropped.Width : 0];
        _slices = slices;
        _shape = slices.Shape.WithChannels(isDoubt ? 1 : slices.Channels);
        _shape.Validate();
        _values = new float[_shape.Count];

        // Outside the crop there is background, and no region, without a doubt.
        if (!ensemble.HasRegions && !isDoubt)
        {
            _values.AsSpan(0, (int)_shape.ChannelCount).Fill(1);
        }
    }

    /// <summary>Writes a slice of the crop, [output, height, width].</summary>
    public void Write(int z, ReadOnlySpan<float> probabilities)
    {
        if (_doubt.Length > 0)
        {
            Doubt.Measure(probabilities, _slices.Channels, _ensemble.HasRegions, _doubt);
            probabilities = _doubt;
        }

        var size = _slices.Image.Cropped;
        var (start, stepY, stepX) = _slices.Place(z);
        var at = 0;
        for (var channel = 0; channel < _shape.Channels; channel++)
        {
            var target = _values.AsSpan(channel * (int)_shape.ChannelCount);
            for (var y = 0; y < size.Height; y++)
            {
                for (var x = 0; x < size.Width; x++)
                {
                    target[start + (y * stepY) + (x * stepX)] = probabilities[at++];
                }
            }
        }
    }

    /// <summary>The probabilities, one channel per output, or their doubt.</summary>
    public Volume<float> ToVolume() => Volume.Create(_values, _shape, _slices.Geometry);
}
