using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>The exported file in ONNX Runtime, opened as scoring opens it.</summary>
internal sealed class OnnxSide : ISide, IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtValue _image;
    private readonly RunOptions _options = new();

    public OnnxSide(string folder, CaseFile file)
    {
        _session = OnnxSessions.Open(
            File.ReadAllBytes(Path.Combine(folder, "model.onnx")), file.Threads, new ScoringDevice(), Console.Error.WriteLine, out _);
        var image = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, "image.bin"))).ToArray();
        _image = OrtValue.CreateTensorValueFromMemory(image, file.Image);
    }

    public string Version => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}";

    public void Forward() => Run().Dispose();

    public double Step(bool training) => throw new NotSupportedException("ONNX Runtime does not train.");

    public float[] Logits()
    {
        using var results = Run();
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose()
    {
        _options.Dispose();
        _image.Dispose();
        _session.Dispose();
    }

    private IDisposableReadOnlyCollection<OrtValue> Run() => _session.Run(_options, _session.InputNames, [_image], _session.OutputNames);
}
