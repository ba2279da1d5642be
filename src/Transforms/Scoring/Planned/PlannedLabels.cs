using System.Numerics;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Decides labels slice by slice; memory is that of the labels, 1 byte a voxel where values fit, and of a slice.</summary>
internal sealed class PlannedLabels
{
    private readonly PlannedEnsemble _ensemble;
    private readonly MemberSlices _slices;
    private readonly ParallelOptions _parallel;
    private readonly int[] _values;
    private readonly int[] _chosen;

    // The one or the other, by the largest value.
    private readonly byte[] _narrow = [];
    private readonly ushort[] _wide = [];

    /// <summary>Takes memory for the labels of a volume.</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="slices">Where slices lie in the volume.</param>
    /// <param name="maximumThreads">The most threads. Default: 0, one per core.</param>
    public PlannedLabels(PlannedEnsemble ensemble, MemberSlices slices, int maximumThreads = 0)
    {
        (_ensemble, _slices) = (ensemble, slices);
        _parallel = new() { MaxDegreeOfParallelism = maximumThreads == 0 ? Environment.ProcessorCount : maximumThreads };
        _values = [.. ensemble.Outputs.Select(output => output.Value)];
        _chosen = new int[slices.Image.Cropped.Height * slices.Image.Cropped.Width];
        var count = checked((int)slices.Shape.ChannelCount);
        if (_values.Max() <= byte.MaxValue)
        {
            _narrow = new byte[count];
        }
        else
        {
            _wide = new ushort[count];
        }
    }

    /// <summary>The labels of a single configuration.</summary>
    public static LabelVolume Of(PlannedEnsemble ensemble, MemberSlices slices, int maximumThreads)
    {
        var labels = new PlannedLabels(ensemble, slices, maximumThreads);
        foreach (var (z, logits) in slices.Logits.Index())
        {
            SliceProbabilities.Compute(logits, slices.Channels, ensemble.HasRegions, maximumThreads);
            labels.Write(z, logits);
        }

        return labels.ToLabels();
    }

    /// <summary>
    /// Writes a slice: the first of the largest probabilities, or every region above one half, later ones over earlier ones.
    /// </summary>
    /// <param name="z">The slice of the crop.</param>
    /// <param name="probabilities">[output, height, width].</param>
    public void Write(int z, float[] probabilities)
    {
        if (_ensemble.HasRegions)
        {
            ChooseRegions(probabilities);
        }
        else
        {
            SliceClassifier.Classify(probabilities, _values.Length, _chosen);
        }

        if (_wide.Length > 0)
        {
            Place(z, _wide);
        }
        else
        {
            Place(z, _narrow);
        }
    }

    /// <summary>The labels, 8 bits each where they fit.</summary>
    public LabelVolume ToLabels()
    {
        var shape = _slices.Shape.WithChannels(1);
        return LabelVolume.FromVolume(
            _wide.Length > 0
                ? Volume.Create(_wide, shape, _slices.Geometry, header: _slices.Header)
                : Volume.Create(_narrow, shape, _slices.Geometry, header: _slices.Header),
            _ensemble.Classes);
    }

    // The index of the last region above one half; -1 where there is none.
    private void ChooseRegions(float[] probabilities)
    {
        _chosen.AsSpan().Fill(-1);
        for (var channel = 0; channel < _values.Length; channel++)
        {
            var part = probabilities.AsSpan(channel * _chosen.Length, _chosen.Length);
            for (var i = 0; i < part.Length; i++)
            {
                _chosen[i] = part[i] > 0.5f ? channel : _chosen[i];
            }
        }
    }

    private void Place<T>(int z, T[] labels)
        where T : unmanaged, INumber<T>
    {
        var size = _slices.Image.Cropped;
        var (start, stepY, stepX) = _slices.Place(z);
        Parallel.For(0, size.Height, _parallel, y =>
        {
            var row = _chosen.AsSpan(y * size.Width, size.Width);
            var at = start + (y * stepY);
            foreach (var index in row)
            {
                labels[at] = index < 0 ? T.Zero : T.CreateTruncating(_values[index]);
                at += stepX;
            }
        });
    }
}
