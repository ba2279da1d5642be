using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Data;

/// <summary>Tensors that are filled in place, used for one step, and filled again.</summary>
internal sealed class TrainingBatch : IDisposable
{
    private readonly Tensor _image;
    private readonly Tensor? _labels;
    private int _samples;

    /// <param name="batchSize">The most samples.</param>
    /// <param name="patch">Channels, depth, height and width of a sample.</param>
    /// <param name="hasLabels">Whether labels are drawn with the images.</param>
    public TrainingBatch(int batchSize, VolumeShape patch, bool hasLabels = true)
    {
        _image = zeros([batchSize, patch.Channels, patch.Depth, patch.Height, patch.Width], ScalarType.Float32).DetachFromDisposeScope();
        _labels = hasLabels ? zeros([batchSize, patch.Depth, patch.Height, patch.Width], ScalarType.Int64).DetachFromDisposeScope() : null;
    }

    /// <summary>[N, C, D, H, W], single precision, on the CPU.</summary>
    public Tensor Image => _image.narrow(0, 0, _samples);

    /// <summary>[N, D, H, W], int64, on the CPU.</summary>
    /// <exception cref="InvalidOperationException">The batch has no labels.</exception>
    public Tensor Labels => _labels?.narrow(0, 0, _samples) ?? throw new InvalidOperationException("The batch holds images alone.");

    /// <summary>Draws a patch of each case into the tensors' own memory.</summary>
    /// <param name="cases">As many as the batch has, at most its size.</param>
    /// <param name="sampler">Draws.</param>
    /// <param name="random">The stream of each sample.</param>
    public void Fill(IReadOnlyList<TrainingCase> cases, PatchSampler sampler, Func<int, RandomStream> random)
    {
        var images = MemoryMarshal.Cast<byte, float>(_image.bytes);
        var labels = _labels is null ? default : MemoryMarshal.Cast<byte, long>(_labels.bytes);
        for (var i = 0; i < cases.Count; i++)
        {
            sampler.Draw(
                cases[i],
                random(i),
                images.Slice(i * sampler.ImageCount, sampler.ImageCount),
                labels.IsEmpty ? default : labels.Slice(i * sampler.LabelCount, sampler.LabelCount)
            );
        }

        _samples = cases.Count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _image.Dispose();
        _labels?.Dispose();
    }
}
