using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data;

/// <summary>
/// Draws training patches from cases: places them, turns them, changes them, and writes them where a tensor keeps its numbers.
/// </summary>
/// <remarks>
/// What a patch looks like depends on the case and on the random stream alone, not on threads or on earlier patches.
/// A patch larger than its volume on some axis holds the whole axis, at a random place, with zeros around it.
/// </remarks>
internal sealed class PatchSampler
{
    private readonly VolumeShape _patch;
    private readonly ClassMap _classes;
    private readonly IReadOnlyList<PatchAugmentation> _augmentation;
    private readonly double _foregroundFraction;

    /// <param name="patch">Channels, depth, height and width of every patch.</param>
    /// <param name="classes">From label values to class indices.</param>
    /// <param name="foregroundFraction">Share of the patches that are centred on a voxel of some structure, 0 to 1.</param>
    /// <param name="augmentation">Random changes.</param>
    public PatchSampler(VolumeShape patch, ClassMap classes, double foregroundFraction, IReadOnlyList<PatchAugmentation> augmentation)
    {
        _patch = patch;
        _classes = classes;
        _foregroundFraction = foregroundFraction;
        _augmentation = augmentation;
    }

    /// <summary>Voxels of a patch's image: [C, D, H, W].</summary>
    public int ImageCount => checked((int)_patch.Count);

    /// <summary>Voxels of a patch's labels: [D, H, W].</summary>
    public int LabelCount => checked((int)_patch.ChannelCount);

    /// <summary>Draws one patch.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="random">Decides everything.</param>
    /// <param name="image">Receives [C, D, H, W].</param>
    /// <param name="labels">Receives class indices, [D, H, W]; empty where only the image is wanted.</param>
    public void Draw(TrainingCase source, RandomStream random, Span<float> image, Span<long> labels)
    {
        var box = Place(source, random);
        AugmentedPatch.Read(_augmentation, source, _classes, box, random, image, labels);
    }

    /// <summary>Where the next patch lies: around a voxel of a structure, or anywhere.</summary>
    internal PaddedBox Place(TrainingCase source, RandomStream random)
    {
        var shape = source.Image.Shape;
        var box = new PaddedBox(
            Anywhere(shape.Depth, _patch.Depth, random),
            Anywhere(shape.Height, _patch.Height, random),
            Anywhere(shape.Width, _patch.Width, random),
            _patch.Depth,
            _patch.Height,
            _patch.Width
        );
        if (source.Foreground.IsEmpty || !random.NextBoolean(_foregroundFraction))
        {
            return box;
        }

        var offset = source.Foreground.Draw(random);
        return box with
        {
            Z = Around(offset / (shape.Width * shape.Height), shape.Depth, _patch.Depth, box.Z),
            Y = Around(offset / shape.Width % shape.Height, shape.Height, _patch.Height, box.Y),
            X = Around(offset % shape.Width, shape.Width, _patch.Width, box.X),
        };
    }

    /// <summary>A random first voxel: the patch inside the volume, or the volume inside the patch.</summary>
    private static int Anywhere(int size, int patch, RandomStream random)
        => random.NextInt(Math.Min(0, size - patch), Math.Max(0, size - patch));

    /// <summary>
    /// The first voxel of a patch centred on a voxel, pushed back into the volume; where the patch is larger, the random place stays.
    /// </summary>
    private static int Around(int voxel, int size, int patch, int anywhere)
        => size <= patch ? anywhere : Math.Clamp(voxel - (patch / 2), 0, size - patch);
}
