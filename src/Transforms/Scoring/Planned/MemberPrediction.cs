using Microsoft.ML.MedicalSegmentation.Preprocessing;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Predicts an image with one configuration, the stages before it included; holds its open networks.</summary>
internal sealed class MemberPrediction : IDisposable
{
    private readonly PlannedMember _member;
    private readonly PlannedEnsemble _ensemble;
    private readonly ScoringSettings _settings;
    private readonly List<OpenNetwork> _networks = [];
    private readonly MemberPrediction? _previous;
    private readonly PlannedTiles _tiles;

    /// <param name="member">The configuration.</param>
    /// <param name="ensemble">The model.</param>
    /// <param name="onnx">Its networks, then those of the stage before, and so on.</param>
    /// <param name="settings">Threads, overlap and limits.</param>
    /// <param name="device">Where networks run.</param>
    /// <param name="warn">Told what is doubtful.</param>
    public MemberPrediction(
        PlannedMember member,
        PlannedEnsemble ensemble,
        ReadOnlySpan<byte[]> onnx,
        ScoringSettings settings,
        ScoringDevice device,
        Action<string> warn
    )
    {
        (_member, _ensemble, _settings) = (member, ensemble, settings);
        try
        {
            foreach (var network in onnx[..member.Networks])
            {
                _networks.Add(new(network, member, settings.Threads, device, warn));
            }

            _previous = member.PreviousStage is { } previous
                ? new(previous, ensemble, onnx[member.Networks..], settings, device, warn)
                : null;
        }
        catch
        {
            Dispose();
            throw;
        }

        _tiles = new(member, _networks, settings);
    }

    /// <summary>What is done to images.</summary>
    public PlannedPreprocessing Preprocessing => _member.Preprocessing;

    /// <summary>Predicts a volume.</summary>
    /// <param name="volume">In its own orientation.</param>
    /// <param name="cancellationToken">Stops between tiles.</param>
    public MemberSlices Predict(Volume volume, CancellationToken cancellationToken)
    {
        var preparation = new CasePreparation(
            _member.Preprocessing,
            _settings.MaximumResampledVoxels,
            _settings.Threads,
            cancellationToken
        );
        var turned = preparation.Turn(volume);
        var image = preparation.Prepare(turned);
        var values = image.Values;
        if (_previous is not null)
        {
            values = WithPreviousLabels(preparation, turned, image, cancellationToken);
        }

        var logits = new LogitReturn(_member, image, _settings.Threads).Apply(_tiles.Predict(values, image.Shape, cancellationToken));
        return new(
            turned.Shape,
            turned.Geometry,
            turned.Header,
            _member.Preprocessing.TransposeForward,
            image with
            {
                Values = [],
            },
            _member.OutputChannels,
            logits
        );
    }

    public void Dispose()
    {
        _networks.ForEach(network => network.Dispose());
        _previous?.Dispose();
    }

    // One channel of 0 and 1 for each label of the stage before.
    private float[] WithPreviousLabels(CasePreparation preparation, Volume turned, PreparedImage image, CancellationToken cancellationToken)
    {
        var slices = _previous?.Predict(turned, cancellationToken) ?? throw new InvalidOperationException("There is no stage before.");
        var found = PlannedLabels.Of(_ensemble, slices, _settings.Threads);
        var labels = preparation.PrepareLabels(found, image);
        return StageMasks.Append(image, labels, _member.PreviousLabels);
    }
}
