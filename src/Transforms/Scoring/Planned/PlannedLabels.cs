namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Decides labels slice by slice; memory is that of the labels and of a slice.</summary>
internal sealed class PlannedLabels
{
    private readonly PlannedEnsemble _ensemble;
    private readonly ushort[] _labels;

    public PlannedLabels(PlannedEnsemble ensemble, VolumeShape shape)
    {
        _ensemble = ensemble;
        _labels = new ushort[checked((int)shape.ChannelCount)];
    }

    /// <summary>The labels of a single configuration.</summary>
    public static LabelVolume Of(PlannedEnsemble ensemble, MemberSlices slices)
    {
        var labels = new PlannedLabels(ensemble, slices.Volume.Shape);
        foreach (var (z, logits) in slices.Logits.Index())
        {
            SliceProbabilities.Compute(logits, slices.Channels, ensemble.HasRegions);
            labels.Write(slices, z, logits);
        }

        return labels.ToLabels(slices.Volume);
    }

    /// <summary>Writes a slice: the first of the largest probabilities, or every region above one half, later ones over earlier ones.</summary>
    /// <param name="slices">Where it lies.</param>
    /// <param name="z">The slice of the crop.</param>
    /// <param name="probabilities">[output, height, width].</param>
    public void Write(MemberSlices slices, int z, ReadOnlySpan<float> probabilities)
    {
        var size = slices.Image.Cropped;
        var (start, stepY, stepX) = slices.Place(z);
        var plane = size.Height * size.Width;
        for (var y = 0; y < size.Height; y++)
        {
            for (var x = 0; x < size.Width; x++)
            {
                _labels[start + (y * stepY) + (x * stepX)] = Decide(probabilities, (y * size.Width) + x, plane);
            }
        }
    }

    /// <summary>The labels, 8 bits each where they fit.</summary>
    public LabelVolume ToLabels(Volume volume)
    {
        var (shape, classes) = (volume.Shape.WithChannels(1), _ensemble.Classes);
        return LabelVolume.FromVolume(
            classes.Max(c => c.Value) <= byte.MaxValue
                ? Volume.Create(Array.ConvertAll(_labels, label => (byte)label), shape, volume.Geometry, header: volume.Header)
                : Volume.Create(_labels, shape, volume.Geometry, header: volume.Header),
            classes);
    }

    private ushort Decide(ReadOnlySpan<float> probabilities, int at, int plane)
    {
        var outputs = _ensemble.Outputs;
        var (best, chosen) = (_ensemble.HasRegions ? 0.5f : float.NegativeInfinity, (ushort)0);
        for (var channel = 0; channel < outputs.Count; channel++)
        {
            var probability = probabilities[(channel * plane) + at];
            if (probability > best)
            {
                chosen = (ushort)outputs[channel].Value;
                best = _ensemble.HasRegions ? best : probability;
            }
        }

        return chosen;
    }
}
