using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>Gathers what the targets' intensities are like, so that the generator works on numbers near 0.</summary>
internal sealed class TargetStatistics
{
    private Moments[] _moments = [];
    private float[] _lowest = [];
    private float[] _highest = [];

    /// <summary>Channels of the targets seen; null before the first.</summary>
    public int? Channels => _moments.Length == 0 ? null : _moments.Length;

    /// <summary>Takes a target in.</summary>
    /// <param name="values">[C, D, H, W], finite.</param>
    /// <param name="channels">C, the same for every target.</param>
    public void Add(ReadOnlySpan<float> values, int channels)
    {
        if (_moments.Length == 0)
        {
            _moments = new Moments[channels];
            _lowest = [.. Enumerable.Repeat(float.PositiveInfinity, channels)];
            _highest = [.. Enumerable.Repeat(float.NegativeInfinity, channels)];
        }

        var count = values.Length / channels;
        for (var channel = 0; channel < channels; channel++)
        {
            var own = values.Slice(channel * count, count);
            _moments[channel] = Moments.Of(own).With(_moments[channel]);
            _lowest[channel] = Math.Min(_lowest[channel], TensorPrimitives.Min(own));
            _highest[channel] = Math.Max(_highest[channel], TensorPrimitives.Max(own));
        }
    }

    /// <summary>The channels with the scale that an output needs; a constant channel has the scale 1.</summary>
    /// <param name="names">Names of the channels; empty where nobody named them.</param>
    /// <param name="output">What ends the generator.</param>
    public IReadOnlyList<SynthesisChannel> ToChannels(IReadOnlyList<string> names, GeneratorOutput output) =>
    [
        .. _moments.Select((moments, channel) =>
        {
            var name = names.Count == _moments.Length ? names[channel] : _moments.Length == 1 ? "target" : $"target {channel}";
            var (offset, scale) = output == GeneratorOutput.Tanh
                ? (((double)_lowest[channel] + _highest[channel]) / 2, ((double)_highest[channel] - _lowest[channel]) / 2)
                : (moments.Mean, moments.Deviation);
            return new SynthesisChannel(name, offset, scale > 0 ? scale : 1);
        }),
    ];
}
