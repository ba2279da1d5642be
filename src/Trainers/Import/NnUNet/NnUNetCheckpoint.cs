using Microsoft.ML.MedicalSegmentation.Weights;
using Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;

namespace Microsoft.ML.MedicalSegmentation.Import.NnUNet;

/// <summary>A checkpoint of nnU-Net: weights, and what it says of its training.</summary>
/// <param name="Weights">Tensors.</param>
/// <param name="Configuration">The configuration that was trained.</param>
/// <param name="MirrorAxes">Axes along which tiles may be mirrored; empty for none.</param>
internal sealed record NnUNetCheckpoint(WeightsFile Weights, string Configuration, IReadOnlyList<int> MirrorAxes)
{
    /// <summary>Reads a checkpoint; only tensors and plain values are built.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is not a checkpoint of nnU-Net, or is damaged.</exception>
    public static NnUNetCheckpoint Read(string path)
    {
        var (weights, root) = WeightsFile.ReadCheckpoint(path);
        var configuration =
            ((root as PickleDictionary)?.Find("init_args") as PickleDictionary)?.Find("configuration") as string
            ?? throw new InputDataException(
                $"{path} does not say which configuration was trained (init_args); it is not a checkpoint of nnU-Net 2."
            );
        var axes = (root as PickleDictionary)?.Find("inference_allowed_mirroring_axes") switch
        {
            null => [],
            PickleTuple tuple => tuple.Items,
            PickleList list => [.. list.Items],
            _ => [null],
        };
        return new(weights, configuration, [.. axes.Select(axis => axis is long number and >= 0 and < 3
            ? (int)number
            : throw new InputDataException($"{path} has mirroring axes that are not 0, 1 or 2. It is damaged; copy it again."))]);
    }
}
