using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Many normal random numbers, each of mostly one table look-up and one multiplication.</summary>
/// <remarks>
/// Ziggurat with 256 layers. Marsaglia and Tsang 2000, https://doi.org/10.18637/jss.v005.i08, with the layer and the number taken from
/// different bits (Doornik 2005).
/// </remarks>
internal static class NormalDistribution
{
    private const int Layers = 256;

    // Where the tail begins, and the area of each layer, for 256 layers.
    private const double Tail = 3.6541528853610088;
    private const double Area = 0.00492867323399;

    // Right edges of the layers, from the bottom; the first is wider than the tail's beginning, so that its area with the tail is that of
    // the others.
    private static readonly double[] Edges = FindEdges();
    private static readonly double[] Heights = [.. Edges.Select(Density)];

    /// <summary>Adds numbers of mean 0 to each value.</summary>
    public static void AddTo(Span<float> values, float standardDeviation, RandomStream random)
    {
        var edges = Edges;
        foreach (ref var value in values)
        {
            var bits = random.NextBits();
            var layer = (int)(bits & (Layers - 1));

            // 53 bits and a sign, as a number in [-1, 1).
            var x = ((long)bits >> 10) * (1.0 / (1L << 53)) * edges[layer];
            if (Math.Abs(x) >= edges[layer + 1])
            {
                x = Edge(layer, x, random);
            }

            value += standardDeviation * (float)x;
        }
    }

    // The rare cases: the wedge between a layer's sure part and the curve, and the tail.
    private static double Edge(int layer, double x, RandomStream random)
    {
        while (true)
        {
            if (layer == 0)
            {
                return x < 0 ? -TailValue(random) : TailValue(random);
            }

            if (random.NextDouble(Heights[layer], Heights[layer + 1]) < Density(x))
            {
                return x;
            }

            var bits = random.NextBits();
            layer = (int)(bits & (Layers - 1));
            x = ((long)bits >> 10) * (1.0 / (1L << 53)) * Edges[layer];
            if (Math.Abs(x) < Edges[layer + 1])
            {
                return x;
            }
        }
    }

    // Marsaglia 1964: exact beyond the last edge.
    private static double TailValue(RandomStream random)
    {
        double x, y;
        do
        {
            x = -Math.Log(1 - random.NextDouble()) / Tail;
            y = -Math.Log(1 - random.NextDouble());
        }
        while (y + y < x * x);
        return Tail + x;
    }

    private static double[] FindEdges()
    {
        var edges = new double[Layers + 1];
        edges[0] = Area / Density(Tail);
        edges[1] = Tail;
        for (var layer = 2; layer < Layers; layer++)
        {
            edges[layer] = Math.Sqrt(-2 * Math.Log((Area / edges[layer - 1]) + Density(edges[layer - 1])));
        }

        return edges;
    }

    private static double Density(double x) => Math.Exp(-0.5 * x * x);
}
