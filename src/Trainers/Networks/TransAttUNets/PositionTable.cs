using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Networks.TransAttUNets;

/// <summary>A learned vector for each place along one axis.</summary>
/// <param name="places">Rows of the table.</param>
/// <param name="channels">Numbers per place.</param>
internal sealed class PositionTable(long places, long channels) : Layer
{
    private readonly Parameter weight = WeightInitializer.Constant(0, places, channels);

    public long Channels => channels;

    /// <summary>[1, channels, length]: the first rows, or all of them stretched where the axis is longer than the table.</summary>
    public TensorExpression Forward(TensorExpression like, long length)
    {
        var rows = like.Weight(weight).Transpose(0, 1).Unsqueeze(0);
        return length <= places ? rows.Slice(2, 0, length) : rows.ResizeLinear(length, alignCorners: true);
    }
}
