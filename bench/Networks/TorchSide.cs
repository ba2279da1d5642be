using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>This library's network, computed by TorchSharp.</summary>
internal sealed class TorchSide : ISide, IDisposable
{
    private readonly Network _network;
    private readonly WeightOptimizer _optimizer;
    private readonly Tensor _image;
    private readonly Tensor _labels;
    private readonly bool _onGpu;

    public TorchSide(string folder, CaseFile file)
    {
        set_num_threads(file.Threads);
        manual_seed(0);
        _onGpu = file.Device != "cpu";
        var device = torch.device(file.Device);
        _network = NetworkCases.All(Enum.Parse<BenchScale>(file.Scale)).First(entry => entry.Key == file.Key).Create();
        _network.load(Path.Combine(folder, "weights.dat"));
        _network.to(device);
        _network.Precision = Enum.Parse<TrainingPrecision>(file.Precision, ignoreCase: true);
        _optimizer = WeightOptimizer.Create(new() { WeightDecay = 1e-2 }, _network.parameters());
        _image = tensor(Numbers<float>(folder, "image.bin"), ScalarType.Float32).reshape(file.Image).to(device);
        _labels = tensor(Numbers<long>(folder, "labels.bin"), ScalarType.Int64).reshape([file.Image[0], .. file.Image[2..]]).to(device);
    }

    public string Version => "TorchSharp";

    public void Forward()
    {
        _network.eval();
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        _network.call(_image);
        if (_onGpu)
        {
            cuda.synchronize();
        }
    }

    public double Step(bool training)
    {
        _network.train(training);
        using var scope = NewDisposeScope();
        _optimizer.ClearGradients();
        var loss = nn.functional.cross_entropy(_network.call(_image), _labels);
        loss.backward();
        _optimizer.Step(1e-3, clipNorm: 0);
        return loss.item<float>();
    }

    public float[] Logits()
    {
        _network.eval();
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return [.. _network.call(_image).cpu().data<float>()];
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
        _image.Dispose();
        _labels.Dispose();
    }

    private static T[] Numbers<T>(string folder, string name)
        where T : unmanaged =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(Path.Combine(folder, name))).ToArray();
}
