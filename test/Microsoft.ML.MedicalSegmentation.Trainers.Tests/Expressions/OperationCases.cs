using Microsoft.ML.MedicalSegmentation.Layers;
using TorchSharp;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <summary>Every operation of <see cref="TensorExpression"/> with small shapes, one to three spatial axes where they matter.</summary>
internal static class OperationCases
{
    private static readonly long[] Line = [2, 4, 8];
    private static readonly long[] Plane = [2, 4, 6, 8];
    private static readonly long[] Cube = [2, 4, 4, 6, 8];

    public static IReadOnlyDictionary<string, Func<OperationNetwork>> All { get; } = new Dictionary<string, Func<OperationNetwork>>
    {
        ["add"] = () => Of(Plane, x => x + x.Relu()),
        ["add broadcast"] = () => With(Plane, [[4, 1, 1]], (x, w) => x + w[0]),
        ["subtract"] = () => Of(Plane, x => x.Relu() - x),
        ["multiply"] = () => With(Plane, [[1, 6, 1]], (x, w) => x * w[0]),
        ["divide"] = () => Of(Plane, x => x / (x.Abs() + 1)),
        ["numbers"] = () => Of(Plane, x => 2 - ((((3 * x) + 1) / 4) - 0.5)),
        ["negate"] = () => Of(Plane, x => -x),
        ["relu"] = () => Of(Plane, x => x.Relu()),
        ["leaky relu"] = () => Of(Plane, x => x.LeakyRelu(0.2)),
        ["prelu per channel"] = () => With(Cube, [[4]], (x, w) => x.PRelu(w[0])),
        ["prelu"] = () => With(Plane, [[1]], (x, w) => x.PRelu(w[0])),
        ["elu"] = () => Of(Plane, x => x.Elu(0.7)),
        ["gelu"] = () => Of(Plane, x => (3 * x).Gelu()),
        ["silu"] = () => Of(Plane, x => x.Silu()),
        ["sigmoid"] = () => Of(Plane, x => x.Sigmoid()),
        ["tanh"] = () => Of(Plane, x => x.Tanh()),
        ["softplus"] = () => Of(Plane, x => (4 * x).Softplus()),
        ["exp"] = () => Of(Plane, x => x.Exp()),
        ["log"] = () => Of(Plane, x => (x.Abs() + 0.1).Log()),
        ["sqrt"] = () => Of(Plane, x => (x.Abs() + 0.1).Sqrt()),
        ["abs"] = () => Of(Plane, x => x.Abs()),
        ["power"] = () => Of(Plane, x => (x.Abs() + 0.1).Power(1.5)),
        ["clamp"] = () => Of(Plane, x => x.Clamp(-0.25, 0.5)),
        ["softmax"] = () => Of(Plane, x => x.Softmax(1) + x.Softmax(-1)),
        ["dropout"] = () => Of(Plane, x => x.Dropout(0.5, training: false).ChannelDropout(0.5, training: false) + 1),

        ["convolution 1d"] = () => With(Line, [[6, 4, 3], [6]], (x, w) => x.Convolution(w[0], w[1], 1, 1, 1)),
        ["convolution 2d"] = () => With(Plane, [[6, 2, 3, 3], [6]], (x, w) => x.Convolution(w[0], w[1], 2, 1, 1, groups: 2)),
        ["convolution 3d"] = () => With(Cube, [[6, 4, 3, 3, 1]], (x, w) => x.Convolution(w[0], null, [1, 2, 1], [2, 1, 0], [2, 1, 1])),
        ["transposed convolution 1d"] = () => With(Line, [[4, 3, 4], [3]], (x, w) => x.TransposedConvolution(w[0], w[1], 2, 1, 0, 1)),
        ["transposed convolution 2d"] = () =>
            With(Plane, [[4, 3, 3, 3], [6]], (x, w) => x.TransposedConvolution(w[0], w[1], 2, 1, 1, 1, groups: 2)),
        ["transposed convolution 3d"] = () =>
            With(Cube, [[4, 3, 4, 2, 1]], (x, w) => x.TransposedConvolution(w[0], null, [2, 2, 1], [1, 0, 0], 0, 1)),
        ["max pool 1d"] = () => Of(Line, x => x.MaxPool(2)),
        ["max pool 2d"] = () => Of(Plane, x => x.MaxPool(3, stride: 2, padding: 1)),
        ["max pool 3d"] = () => Of(Cube, x => x.MaxPool([2, 2, 1])),
        ["average pool 1d"] = () => Of(Line, x => x.AveragePool(2)),
        ["average pool 2d"] = () => Of(Plane, x => x.AveragePool(3, stride: 2, padding: 1)),
        ["average pool 3d"] = () => Of(Cube, x => x.AveragePool([1, 2, 2])),
        ["adaptive average pool"] = () => Of(Cube, x => x.AdaptiveAveragePool([2, 3, 4])),
        ["global pools"] = () => Of(Cube, x => x.GlobalAveragePool() + x.GlobalMaxPool()),
        ["resize nearest"] = () => Of(Plane, x => x.ResizeNearest([9, 5])),
        ["upsample nearest 3d"] = () => Of(Cube, x => x.UpsampleNearest(2)),
        ["resize linear 1d"] = () => Of(Line, x => x.ResizeLinear(13)),
        ["resize linear 2d"] = () => Of(Plane, x => x.ResizeLinear([9, 5])),
        ["resize linear 2d, corners aligned"] = () => Of(Plane, x => x.ResizeLinear([9, 5], alignCorners: true)),
        ["resize linear 3d"] = () => Of(Cube, x => x.ResizeLinear([7, 12, 3])),
        ["resize linear 3d, corners aligned"] = () => Of(Cube, x => x.UpsampleLinear([2, 2, 1], alignCorners: true)),

        ["batch norm 1d"] = () => Normed(Line, (x, w, b) => x.BatchNorm(w[0], w[1], b[0], b[1], false, 0.1, 1e-5)),
        ["batch norm 3d"] = () => Normed(Cube, (x, w, b) => x.BatchNorm(w[0], w[1], b[0], b[1], false, 0.1, 1e-3)),
        ["batch norm without scale"] = () => Normed(Plane, (x, w, b) => x.BatchNorm(null, null, b[0], b[1], false, 0.1, 1e-5)),
        ["instance norm"] = () => With(Cube, [[4], [4]], (x, w) => x.InstanceNorm(w[0], w[1], 1e-5)),
        ["instance norm without scale"] = () => Of(Plane, x => x.InstanceNorm(null, null, 1e-5)),
        ["group norm"] = () => With(Cube, [[4], [4]], (x, w) => x.GroupNorm(2, w[0], w[1], 1e-5)),
        ["group norm of one channel each"] = () => With(Plane, [[4], [4]], (x, w) => x.GroupNorm(4, w[0], w[1], 1e-5)),
        ["layer norm"] = () => With(Plane, [[8], [8]], (x, w) => x.LayerNorm(w[0], w[1], 1e-5)),
        ["normalize"] = () => Of(Plane, x => x.Normalize(1) + x.Normalize(-1)),

        ["reshape"] = () => Of(Plane, x => x.Reshape(-1, 2, 2, 48)),
        ["reshape with the batch inside"] = () => Of(Plane, x => x.Permute(0, 2, 1, 3).Reshape(-1, 4, 8).Relu().Reshape(-1, 6, 4, 8)),
        ["flatten"] = () => Of(Cube, x => x.Flatten(2)),
        ["flatten the batch"] = () => Of(Plane, x => x.Flatten(0, 1).Softmax(-1).Reshape(-1, 4, 48)),
        ["unsqueeze and squeeze"] = () => Of(Plane, x => x.Unsqueeze(2).Relu().Squeeze(2).Unsqueeze(-1)),
        ["permute"] = () => Of(Cube, x => x.Permute(0, 4, 1, 3, 2)),
        ["transpose"] = () => Of(Plane, x => x.Transpose(-1, -2)),
        ["expand"] = () => Of(Plane, x => x.Mean([1, 3], keepDimensions: true).Expand(-1, 5, -1, 7)),
        ["concat"] = () => Of(Plane, x => TensorExpression.Concat(1, x, x.Relu(), x.Slice(1, 0, 1))),
        ["concat along the batch"] = () => Of(Plane, x => TensorExpression.Concat(0, x, x.Relu()).Softmax(1)),
        ["stack"] = () => Of(Plane, x => TensorExpression.Stack(2, x, x.Relu())),
        ["slice"] = () => Of(Plane, x => x.Slice(2, 1, 2, step: 3)),
        ["split"] = () => Of(Plane, x => TensorExpression.Concat(1, x.Split(1, 1, 3).Reverse().ToArray())),
        ["chunk"] = () => Of(Plane, x => { var parts = x.Chunk(1, 2); return parts[0] - parts[1]; }),
        ["pad"] = () => Of(Cube, x => x.Pad([1, 0, 2], [0, 3, 1], -0.5)),
        ["index select"] = () => new(Plane, [], [WeightInitializer.Buffer([3L, 0, 0, 2, 5], 5)], (x, _, b) => x.IndexSelect(2, b[0])),

        ["matmul"] = () => Of(Plane, x => x.MatMul(x.Transpose(2, 3))),
        ["matmul broadcast"] = () => With(Plane, [[8, 5]], (x, w) => x.MatMul(x.Weight(w[0]))),
        ["linear"] = () => With(Plane, [[5, 8], [5]], (x, w) => x.Linear(w[0], w[1])),
        ["linear without bias"] = () => With(Line, [[3, 8]], (x, w) => x.Linear(w[0], null)),
        ["sum"] = () => Of(Plane, x => x.Sum([1, -1])),
        ["mean"] = () => Of(Plane, x => x.Mean([2], keepDimensions: true)),
        ["max"] = () => Of(Plane, x => x.Max([1])),
        ["sum over the batch"] = () => Of(Plane, x => (x - x.Sum([0], keepDimensions: true)).Relu()),
        ["weight"] = () => With(Plane, [[1, 4, 1, 1]], (x, w) => (w[0] * x) + w[0]),
    };

    private static OperationNetwork Of(long[] shape, Func<TensorExpression, TensorExpression> compute) =>
        new(shape, [], [], (x, _, _) => compute(x));

    private static OperationNetwork With(long[] shape, long[][] weights, Func<TensorExpression, Parameter[], TensorExpression> compute) =>
        new(shape, [.. weights.Select(sizes => WeightInitializer.Uniform(1, sizes))], [], (x, w, _) => compute(x, w));

    private static OperationNetwork Normed(long[] shape, Func<TensorExpression, Parameter[], torch.Tensor[], TensorExpression> compute) =>
        new(
            shape,
            [WeightInitializer.Uniform(1, shape[1]), WeightInitializer.Uniform(1, shape[1])],
            [WeightInitializer.Buffer(0.3, shape[1]), WeightInitializer.Buffer(1.7, shape[1])],
            compute
        );
}
