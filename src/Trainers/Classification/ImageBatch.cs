using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>Images and their classes as tensors that are filled in place, used for one step, and filled again.</summary>
internal sealed class ImageBatch : IDisposable
{
    private readonly Tensor _images;
    private readonly Tensor _classes;
    private readonly VolumeShape _shape;
    private readonly bool _isFlat;
    private int _count;

    /// <param name="size">The most images.</param>
    /// <param name="shape">Channels, depth, height and width of an image.</param>
    /// <param name="spatialDims">2 leaves out the depth.</param>
    public ImageBatch(int size, VolumeShape shape, int spatialDims)
    {
        (_shape, _isFlat) = (shape, spatialDims == 2);
        _images = zeros([size, shape.Channels, shape.Depth, shape.Height, shape.Width], ScalarType.Float32).DetachFromDisposeScope();
        _classes = zeros([size], ScalarType.Int64).DetachFromDisposeScope();
    }

    /// <summary>[N, C, D, H, W], or [N, C, H, W] in 2D, single precision, on the CPU.</summary>
    public Tensor Images => _isFlat ? _images.narrow(0, 0, _count).squeeze(2) : _images.narrow(0, 0, _count);

    /// <summary>[N], int64, on the CPU.</summary>
    public Tensor Classes => _classes.narrow(0, 0, _count);

    /// <summary>Copies images, changed at random, into the tensors' own memory.</summary>
    /// <param name="cases">At most as many as the batch holds.</param>
    /// <param name="classes">The classes of the cases' labels.</param>
    /// <param name="augmentation">Random changes; none leaves images as they are.</param>
    /// <param name="random">The stream of each image.</param>
    public void Fill(
        IReadOnlyList<TrainingCase> cases,
        ClassMap classes,
        IReadOnlyList<PatchAugmentation> augmentation,
        Func<int, RandomStream> random
    )
    {
        var images = MemoryMarshal.Cast<byte, float>(_images.bytes);
        var indices = MemoryMarshal.Cast<byte, long>(_classes.bytes);
        var (length, whole) = ((int)_shape.Count, new PaddedBox(0, 0, 0, _shape.Depth, _shape.Height, _shape.Width));
        for (var i = 0; i < cases.Count; i++)
        {
            AugmentedPatch.Read(augmentation, cases[i], classes, whole, random(i), images.Slice(i * length, length), []);
            indices[i] = ClassifiedCases.ClassOf(cases[i]);
        }

        _count = cases.Count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _images.Dispose();
        _classes.Dispose();
    }
}
