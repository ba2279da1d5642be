using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>
/// Segments whole volumes as nnU-Net's predictor does: prepares them, runs the networks tile by tile, and returns labels on the volume's
/// grid.
/// </summary>
/// <remarks>
/// Configurations of one axis order run side by side, slice by slice, so that memory is that of the volume, its prepared forms, its labels
/// and a slab of tiles for each network (2 bytes per output and voxel of as many slices as a tile is deep), not classes x volume.
/// Configurations of different axis orders are refused. One call at a time; others wait.
/// </remarks>
internal sealed class PlannedSegmenter : IDisposable
{
    private readonly PlannedEnsemble _ensemble;
    private readonly List<MemberPrediction> _members = [];
    private readonly Lock _running = new();
    private readonly int _threads;
    private bool _disposed;

    /// <summary>Opens every network.</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="onnx">The networks of each member in turn, those of its earlier stages after it.</param>
    /// <param name="settings">Threads, overlap and limits.</param>
    /// <param name="device">Where networks run.</param>
    /// <param name="warn">Told what is doubtful.</param>
    public PlannedSegmenter(
        PlannedEnsemble ensemble,
        IReadOnlyList<byte[]> onnx,
        ScoringSettings settings,
        ScoringDevice device,
        Action<string> warn
    )
    {
        (_ensemble, _threads) = (ensemble, settings.Threads);
        try
        {
            var first = 0;
            foreach (var member in ensemble.Members)
            {
                _members.Add(new(member, ensemble, [.. onnx.Skip(first).Take(member.AllNetworks)], settings, device, warn));
                first += member.AllNetworks;
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Segments one volume.</summary>
    /// <exception cref="InputDataException">
    /// The volume has other channels or values that are not finite, or is too large at the spacing of training.
    /// </exception>
    /// <exception cref="ExecutionEnvironmentException">A network failed.</exception>
    public VolumeSegmentation Segment(Volume volume, ScoringOutput output, CancellationToken cancellationToken = default)
    {
        FiniteInput.Require(volume);
        lock (_running)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Average(volume, output, cancellationToken);
        }
    }

    public void Dispose()
    {
        lock (_running)
        {
            _disposed = true;
            _members.ForEach(member => member.Dispose());
        }
    }

    private VolumeSegmentation Average(Volume volume, ScoringOutput output, CancellationToken cancellationToken)
    {
        var first = _members[0].Preprocessing;
        var aligned = _members.All(member =>
            member.Preprocessing.Orientation == first.Orientation
            && member.Preprocessing.TransposeForward.SequenceEqual(first.TransposeForward)
        );
        if (!aligned)
        {
            throw new NotSupportedException(
                "The configurations of this model order the axes of images in different ways. "
                    + "Make an ensemble of configurations of one plan."
            );
        }

        var predictions = _members.Select(member => member.Predict(volume, cancellationToken)).ToList();
        var place = predictions[0];
        var labels = new PlannedLabels(_ensemble, place, _threads);
        var probabilities = output == ScoringOutput.None ? null : new ProbabilityVolume(_ensemble, place, output == ScoringOutput.Doubt);
        var slices = predictions.Select(prediction => prediction.Logits.GetEnumerator()).ToList();
        try
        {
            for (var z = 0; slices.TrueForAll(slice => slice.MoveNext()); z++)
            {
                var mean = Mean(slices);
                labels.Write(z, mean);
                probabilities?.Write(z, mean);
                ScoringScope.Current?.Progress?.Report((z + 1.0) / place.Image.Cropped.Depth);
            }
        }
        finally
        {
            slices.ForEach(slice => slice.Dispose());
        }

        var decided = labels.ToLabels();
        return Restore(
            _ensemble.PostProcessing?.Apply(decided) ?? decided,
            probabilities?.ToVolume(),
            volume,
            output == ScoringOutput.Doubt
        );
    }

    private float[] Mean(List<IEnumerator<float[]>> slices)
    {
        var channels = _ensemble.Outputs.Count;
        foreach (var slice in slices)
        {
            SliceProbabilities.Compute(slice.Current, channels, _ensemble.HasRegions, _threads);
        }

        var mean = slices[0].Current;
        foreach (var slice in slices.Skip(1))
        {
            TensorPrimitives.Add<float>(mean, slice.Current, mean);
        }

        if (slices.Count > 1)
        {
            TensorPrimitives.Divide<float>(mean, slices.Count, mean);
        }

        return mean;
    }

    // Turns the result back to the orientation of the volume.
    private static VolumeSegmentation Restore(LabelVolume labels, Volume<float>? values, Volume volume, bool isDoubt)
    {
        var code = volume.Geometry.OrientationCode;
        return VolumeSegmentation.Of(
            labels.Reorient(code).WithGeometry(volume.Geometry),
            values is null ? null : (Volume<float>)values.Reorient(code).WithGeometry(volume.Geometry),
            isDoubt
        );
    }
}
