using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;
using Microsoft.ML.MedicalSegmentation.Networks.MedicalTransformers;
using Parameter = TorchSharp.Modules.Parameter;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Layers.Axial;

/// <summary>Self-attention along one axis of a plane, with learned relative positions that may be gated.</summary>
/// <remarks>
/// <para>
/// Every row (or column) attends within itself, in groups of channels. Scores are the sum of three normalised terms: query and key, query
/// and position, key and position; there is no scaling by the width.
/// </para>
/// <para>
/// Wang et al. 2020, Axial-DeepLab, https://arxiv.org/abs/2003.07853; the gates: Valanarasu et al. 2021, Medical Transformer,
/// https://arxiv.org/abs/2102.10662, eq. 4. Gates start frozen, at 0.1, 0.1, 0.1 and 1; see <see cref="MedicalTransformer"/>. In training,
/// batch norm follows three of them at once and undoes their scale, so they act weakly, as in the authors' code.
/// </para>
/// </remarks>
/// <param name="channels">C; a multiple of twice <paramref name="groups"/>.</param>
/// <param name="length">K, the length of the axis.</param>
/// <param name="groups">Groups of channels that attend separately.</param>
/// <param name="alongWidth">Whether the axis is the width; otherwise the height.</param>
/// <param name="positions">What is known of distances.</param>
/// <param name="stride">Step of the average pool that follows; 1 for none.</param>
internal sealed class AxialAttention(
    long channels, long length, int groups, bool alongWidth, AxialPositions positions = AxialPositions.Relative, int stride = 1) : Layer
{
    private readonly Parameter? queryGate = Gate(positions, 0.1);
    private readonly Parameter? keyGate = Gate(positions, 0.1);
    private readonly Parameter? valuePositionGate = Gate(positions, 0.1);
    private readonly Parameter? valueGate = Gate(positions, 1);

    private readonly Parameter? relative = positions == AxialPositions.None
        ? null
        : WeightInitializer.Normal(Math.Sqrt(1.0 / (channels / groups)), 2 * (channels / groups), (2 * length) - 1);

    private readonly Tensor? flatten_index =
        positions == AxialPositions.None ? null : WeightInitializer.Buffer(Distances(length), length * length);
    private readonly Parameter projection = WeightInitializer.Normal(Math.Sqrt(1.0 / channels), 2 * channels, channels, 1);
    private readonly BatchNorm projectionNorm = new(2 * channels);
    private readonly BatchNorm scoreNorm = new(positions == AxialPositions.None ? groups : 3 * groups);
    private readonly BatchNorm outputNorm = new(positions == AxialPositions.None ? channels : 2 * channels);

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("queryGate", "f_qr"),
        ("keyGate", "f_kr"),
        ("valuePositionGate", "f_sve"),
        ("valueGate", "f_sv"),
        ("projection", "qkv_transform.weight"),
        ("projectionNorm", "bn_qkv"),
        ("scoreNorm", "bn_similarity"),
        ("outputNorm", "bn_output"),
    ];

    /// <summary>The gates; none where positions are not gated.</summary>
    internal IEnumerable<Parameter> Gates => new[] { queryGate, keyGate, valuePositionGate, valueGate }.OfType<Parameter>();

    /// <summary>[N, channels, H, W] -> [N, channels, H / stride, W / stride].</summary>
    /// <exception cref="ArgumentException">The channels or the length of the axis differ from the constructor's.</exception>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var lines = alongWidth ? input.Permute(0, 2, 1, 3) : input.Permute(0, 3, 1, 2); // [N, lines, channels, length]
        var (count, actual) = (lines.Shape[1], lines.Shape[3]);
        CheckLength(actual);
        var attended = Attend(lines.Reshape(-1, channels, actual), actual, count).Reshape(-1, count, channels, actual);
        var output = alongWidth ? attended.Permute(0, 2, 1, 3) : attended.Permute(0, 2, 3, 1);
        return scope.Keep(stride > 1 ? output.AveragePool(stride) : output);
    }

    // [lines, channels, length] -> the same; b, g, c, i, j in comments are lines, groups, channels of a group, queries, keys.
    private TensorExpression Attend(TensorExpression lines, long size, long count)
    {
        var width = channels / groups;
        var projected = projectionNorm.Forward(lines.Convolution(projection, null, 1, 0, 1)).Reshape(-1, groups, 2 * width, size);
        var parts = projected.Split(2, width / 2, width / 2, width);
        var (query, key, value) = (parts[0], parts[1], parts[2]);
        var content = query.Transpose(2, 3).MatMul(key); // b g i j
        if (relative is null || flatten_index is null)
        {
            var weights = scoreNorm.Forward(content).Softmax(-1).Shown(this, "attention");
            ShowLines(weights, count);
            return outputNorm.Forward(value.MatMul(weights.Transpose(2, 3)).Reshape(-1, channels, size));
        }

        // The gates act on the tables, not on what is computed from them: the same product, over far fewer numbers.
        var table = lines.Weight(relative).IndexSelect(1, flatten_index).Reshape(2 * width, size, size); // c i j
        var tables = table.Split(0, width / 2, width / 2, width);
        var byQuery = AlongQueries(query, Gated(tables[0], queryGate).Permute(1, 0, 2)).Permute(1, 2, 0, 3); // b g i j
        var byKey = AlongQueries(key, Gated(tables[1], keyGate).Permute(1, 0, 2)).Permute(1, 2, 3, 0); // b g j i, the transposed
        var scores = scoreNorm.Forward(TensorExpression.Concat(1, content, byQuery, byKey)).Reshape(-1, 3, groups, size, size);
        var similarity = scores.Sum([1]).Softmax(-1).Shown(this, "attention");

        ShowLines(similarity, count);
        var fromValues = Gated(value.MatMul(similarity.Transpose(2, 3)), valueGate); // b g c i
        var fromPositions = FromPositions(similarity, Gated(tables[2], valuePositionGate));
        var both = outputNorm.Forward(TensorExpression.Concat(-1, fromValues, fromPositions).Reshape(-1, 2 * channels, size));
        return both.Reshape(-1, channels, 2, size).Sum([2]);
    }

    private void ShowLines(TensorExpression weights, long count) => weights.ShowMap(this, "attention", () =>
    {
        var received = AttentionReceived.PerKey(weights.Mean([1])).Reshape(-1, count, weights.Shape[3]);
        return (alongWidth ? received : received.Transpose(1, 2)).Unsqueeze(1);
    });

    // Sum over c of features[b, g, c, i] * table[i, c, j], as [i, b, g, j].
    private TensorExpression AlongQueries(TensorExpression features, TensorExpression table)
    {
        var (inner, size) = (features.Shape[2], features.Shape[3]);
        return features.Permute(3, 0, 1, 2).Reshape(size, -1, inner).MatMul(table).Reshape(size, -1, groups, size);
    }

    // Sum over j of similarity[b, g, i, j] * table[c, i, j], as [b, g, c, i].
    private TensorExpression FromPositions(TensorExpression similarity, TensorExpression table)
    {
        var (inner, size) = (table.Shape[0], similarity.Shape[3]);
        var sums = similarity.Permute(2, 0, 1, 3).Reshape(size, -1, size).MatMul(table.Permute(1, 2, 0));
        return sums.Reshape(size, -1, groups, inner).Permute(1, 2, 3, 0);
    }

    private void CheckLength(long actual)
    {
        if (relative is not null && actual != length)
        {
            throw new ArgumentException(
                $"Axial attention was built for an axis of {length} and got one of {actual}: its position tables have that size. "
                + "Build the network for this patch size (PatchSize of its options).");
        }
    }

    private static TensorExpression Gated(TensorExpression term, Parameter? gate) => gate is null ? term : term * gate;

    private static Parameter? Gate(AxialPositions positions, double start)
    {
        if (positions != AxialPositions.Gated)
        {
            return null;
        }

        var gate = WeightInitializer.Constant(start);
        gate.requires_grad = false;
        return gate;
    }

    // Entry (i, j) is the column of the table for key j seen from query i.
    private static long[] Distances(long length) =>
        [.. from query in Enumerable.Range(0, (int)length)
            from key in Enumerable.Range(0, (int)length)
            select query - key + length - 1];
}
