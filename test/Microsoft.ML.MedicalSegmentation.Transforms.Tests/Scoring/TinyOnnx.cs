using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>Writes small ONNX networks whose answers are known: convolutions with given weights, one after the other.</summary>
internal static class TinyOnnx
{
    private const int Float = 1;

    /// <summary>A convolution that keeps the size.</summary>
    /// <param name="Outputs">Output channels.</param>
    /// <param name="Inputs">Input channels.</param>
    /// <param name="Kernel">Odd size of the kernel along every spatial axis.</param>
    /// <param name="Weights">[output, input, kernel...].</param>
    /// <param name="Bias">By output channel.</param>
    /// <param name="Relu">True to clip the result at 0.</param>
    public sealed record Layer(int Outputs, int Inputs, int Kernel, float[] Weights, float[] Bias, bool Relu = false);

    /// <summary>Class 1 above one half, class 0 below.</summary>
    public static SegmentationModel Threshold(
        VolumeShape patch,
        int spatialDimensions = 3,
        string? orientation = null,
        Vector3D? spacing = null
    ) =>
        Model(
            new SegmentationModelInfo
            {
                Classes = [new(0, "background"), new(1, "bright")],
                Patch = patch,
                SpatialDimensions = spatialDimensions,
                Orientation = orientation,
                Spacing = spacing,
            },
            new Layer(2, 1, 1, [0, 1], [0.5f, 0]));

    /// <summary>Class i for intensities from i - 1/2 to i + 1/2, with label values 0, 10, 20, ...</summary>
    public static SegmentationModel Steps(VolumeShape patch, int classes = 3) =>
        Model(
            new SegmentationModelInfo
            {
                Classes = [.. Enumerable.Range(0, classes).Select(i => new LabelClass(i * 10, $"step {i}"))],
                Patch = patch,
            },
            new Layer(
                classes,
                1,
                1,
                [.. Enumerable.Range(0, classes).Select(i => (float)i)],
                [.. Enumerable.Range(0, classes).Select(i => -i * i / 2f)]
            )
        );

    /// <summary>3 x 3 x 3 convolutions with random weights: tiles differ from the whole near their borders.</summary>
    public static SegmentationModel Random(VolumeShape patch, int classes, int width = 4, int depth = 2, int seed = 1)
    {
        var random = new Random(seed);
        float[] Fill(int count, double scale) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * scale))];
        var layers = new List<Layer>();
        for (var i = 0; i < depth; i++)
        {
            var (inputs, outputs) = (i == 0 ? patch.Channels : width, i == depth - 1 ? classes : width);
            layers.Add(
                new(outputs, inputs, 3, Fill(outputs * inputs * 27, 4 / Math.Sqrt(inputs * 27)), Fill(outputs, 0.5), Relu: i < depth - 1)
            );
        }

        return Model(
            new SegmentationModelInfo { Classes = [.. Enumerable.Range(0, classes).Select(LabelClass.Unnamed)], Patch = patch },
            [.. layers]
        );
    }

    /// <summary>A network of these layers that describes itself.</summary>
    public static SegmentationModel Model(SegmentationModelInfo info, params Layer[] layers) =>
        new(Write(info, SegmentationModelMetadata.Write(info), layers), info);

    /// <summary>The bytes of an ONNX file.</summary>
    /// <param name="info">Its patch and dimensions.</param>
    /// <param name="metadata">What it says of itself.</param>
    /// <param name="layers">The network.</param>
    /// <param name="fixedBatch">The batch that the file demands; 0 for any.</param>
    public static byte[] Write(
        SegmentationModelInfo info,
        IEnumerable<KeyValuePair<string, string>> metadata,
        Layer[] layers,
        int fixedBatch = 0
    )
    {
        var graph = new Message();
        var name = "image";
        for (var i = 0; i < layers.Length; i++)
        {
            var (layer, result) = (layers[i], i == layers.Length - 1 ? "logits" : $"features{i}");
            var sides = Enumerable.Repeat((long)layer.Kernel, info.SpatialDimensions).ToArray();
            graph.Add(5, Tensor($"weight{i}", [layer.Outputs, layer.Inputs, .. sides], layer.Weights));
            graph.Add(5, Tensor($"bias{i}", [layer.Outputs], layer.Bias));
            var sum = layer.Relu ? $"sum{i}" : result;
            graph.Add(1, Node("Conv", [name, $"weight{i}", $"bias{i}"], sum)
                .Add(5, Integers("kernel_shape", sides))
                .Add(5, Integers("pads", [.. Enumerable.Repeat((long)(layer.Kernel / 2), 2 * info.SpatialDimensions)])));
            if (layer.Relu)
            {
                graph.Add(1, Node("Relu", [sum], result));
            }

            name = result;
        }

        graph.Add(2, "tiny");
        graph.Add(11, Value("image", info, layers[0].Inputs, fixedBatch));
        graph.Add(12, Value("logits", info, layers[^1].Outputs, fixedBatch));
        var model = new Message().Add(1, 8).Add(2, "tests").Add(7, graph).Add(8, new Message().Add(1, "").Add(2, 17));
        foreach (var (key, value) in metadata)
        {
            model.Add(14, new Message().Add(1, key).Add(2, value));
        }

        return model.ToArray();
    }

    private static Message Node(string operation, string[] inputs, string output)
    {
        var node = new Message();
        Array.ForEach(inputs, input => node.Add(1, input));
        return node.Add(2, output).Add(4, operation);
    }

    private static Message Integers(string name, long[] values)
    {
        var attribute = new Message().Add(1, name);
        Array.ForEach(values, value => attribute.Add(8, value));
        return attribute.Add(20, 7);
    }

    private static Message Tensor(string name, long[] dimensions, float[] values)
    {
        var tensor = new Message();
        Array.ForEach(dimensions, dimension => tensor.Add(1, dimension));
        return tensor.Add(2, Float).Add(8, name).Add(9, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }

    private static Message Value(string name, SegmentationModelInfo info, int channels, int fixedBatch)
    {
        var shape = new Message().Add(1, fixedBatch > 0 ? new Message().Add(1, fixedBatch) : new Message().Add(2, "N"));
        int[] patch = [info.Patch.Depth, info.Patch.Height, info.Patch.Width];
        foreach (var size in patch[(3 - info.SpatialDimensions)..].Prepend(channels))
        {
            shape.Add(1, new Message().Add(1, size));
        }

        return new Message().Add(1, name).Add(2, new Message().Add(1, new Message().Add(1, Float).Add(2, shape)));
    }

    /// <summary>A message in the wire format of protocol buffers.</summary>
    private sealed class Message
    {
        private readonly List<byte> _bytes = [];

        public Message Add(int field, long value)
        {
            WriteNumber((ulong)field << 3);
            WriteNumber((ulong)value);
            return this;
        }

        public Message Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

        public Message Add(int field, Message inner) => Add(field, inner.ToArray());

        public Message Add(int field, byte[] bytes)
        {
            WriteNumber(((ulong)field << 3) | 2);
            WriteNumber((ulong)bytes.Length);
            _bytes.AddRange(bytes);
            return this;
        }

        public byte[] ToArray() => [.. _bytes];

        private void WriteNumber(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
            {
                _bytes.Add((byte)(value | 0x80));
            }

            _bytes.Add((byte)value);
        }
    }
}
