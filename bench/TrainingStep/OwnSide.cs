using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Networks.AttentionUNets;
using Microsoft.ML.MedicalSegmentation.Training;
using static TorchSharp.torch;

namespace TrainingStep;

/// <summary>This library's Attention U-Net, trained by TorchSharp.</summary>
internal sealed class OwnSide : ITrainingSide, IDisposable
{
    public const string Description = "Attention U-Net, two gates, width 16, depth 5, patch 32 x 32 x 32, batch 2, AdamW";

    private readonly AttentionUNet _network = new(new AttentionUNetOptions { Classes = 3 });
    private readonly WeightOptimizer _optimizer;
    private readonly Tensor _image = randn([2, 1, 32, 32, 32]);
    private readonly Tensor _labels = randint(0, 3, [2, 32, 32, 32]);

    public OwnSide()
    {
        _optimizer = WeightOptimizer.Create(new() { WeightDecay = 1e-2 }, _network.parameters());
        _network.train();
    }

    public string Name => "this library";

    public double Loss { get; private set; }

    public double PeakMemory => ProcessMemory.Peak("self");

    /// <summary>Writes the weights and the data, for the other sides to start from.</summary>
    public void Save(string folder)
    {
        _network.save(Path.Combine(folder, "weights.dat"));
        File.WriteAllBytes(Path.Combine(folder, "image.bin"), _image.bytes.ToArray());
        File.WriteAllBytes(Path.Combine(folder, "labels.bin"), _labels.bytes.ToArray());
    }

    public double[] Run(int steps)
    {
        var times = new double[steps];
        for (var i = 0; i < steps; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var scope = NewDisposeScope();
            _optimizer.ClearGradients();
            var loss = nn.functional.cross_entropy(_network.call(_image), _labels);
            loss.backward();
            _optimizer.Step(1e-3, clipNorm: 0);
            Loss = loss.item<float>();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return times;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
        _image.Dispose();
        _labels.Dispose();
    }
}
