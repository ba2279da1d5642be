using Microsoft.ML.MedicalSegmentation.Data;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>Takes source, scaled target and the voxels that count out of a batch of the training's feed.</summary>
internal sealed class PairedBatch : IDisposable
{
    private readonly int _sourceChannels;
    private readonly int _targetChannels;
    private readonly int _spatialDims;
    private readonly Device _device;

    // [1, C, 1, 1, 1]
    private readonly Tensor _offset;
    private readonly Tensor _scale;

    /// <param name="targets">The target's channels.</param>
    /// <param name="sourceChannels">Channels before those of the target.</param>
    /// <param name="spatialDims">Axes of the networks.</param>
    /// <param name="device">Where they compute.</param>
    public PairedBatch(IReadOnlyList<SynthesisChannel> targets, int sourceChannels, int spatialDims, Device device)
    {
        (_sourceChannels, _targetChannels, _spatialDims, _device) = (sourceChannels, targets.Count, spatialDims, device);
        _offset = PerChannel(targets.Select(target => (float)target.Offset));
        _scale = PerChannel(targets.Select(target => (float)target.Scale));
    }

    /// <summary>Hands the parts of a batch to a step: source, target and validity, on the device.</summary>
    public StepLosses Run(TrainingBatch batch, Func<Tensor, Tensor, Tensor, StepLosses> step)
    {
        using var scope = NewDisposeScope();
        var image = batch.Image.to(_device);
        var valid = batch.Labels.to(_device).gt(Number(0)).to(ScalarType.Float32).unsqueeze(1);
        var source = image.narrow(1, 0, _sourceChannels);
        var target = (image.narrow(1, _sourceChannels, _targetChannels) - _offset) / _scale * valid;

        // Patches of networks that work slice by slice have depth 1.
        return _spatialDims == 2 ? step(source.squeeze(2), target.squeeze(2), valid.squeeze(2)) : step(source, target, valid);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _offset.Dispose();
        _scale.Dispose();
    }

    private Tensor PerChannel(IEnumerable<float> values)
    {
        using var scope = NewDisposeScope();
        return tensor(values.ToArray()).reshape(1, -1, 1, 1, 1).to(_device).DetachFromDisposeScope();
    }
}
