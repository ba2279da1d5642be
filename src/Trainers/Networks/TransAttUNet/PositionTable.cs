using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A learned vector for each place along one axis.</summary>
/// <param name="places">Rows of the table.</param>
/// <param name="channels">Numbers per place.</param>
internal sealed class PositionTable(long places, long channels) : Layer
{
    private readonly Parameter weight = Weights.Constant(0, places, channels);

    public long Channels => channels;

    /// <summary>[1, channels, length]: the first rows, or all of them stretched where the axis is longer than the table.</summary>
    public Value Forward(Value like, long length)
    {
        var rows = like.Weight(weight).Transpose(0, 1).Unsqueeze(0);
        return length <= places ? rows.Slice(2, 0, length) : rows.ResizeLinear(length, alignCorners: true);
    }
}
