using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Scoring;

namespace Microsoft.ML.MedicalSegmentation.Models;

/// <summary>The Python program of docs/onnx.md, which scores a volume with NumPy and onnxruntime by the file's metadata alone.</summary>
[TestClass]
public sealed class OnnxFromPythonTests : IDisposable
{
    private const string Call = """

        volume = np.fromfile("volume.bin", np.float32).reshape(6, 6, 6)
        score(volume).astype(np.int32).tofile("labels.bin")
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(IntensityMethod.ZScore)]
    [DataRow(IntensityMethod.Window)]
    public void ProgramOfTheDocumentation_ScoresAsTheLibrary(IntensityMethod method)
    {
        var options = new NormalizeIntensityEstimator.Options { Method = method };
        if (method == IntensityMethod.Window)
        {
            options = options with { WindowCenter = 150, WindowWidth = 200 };
        }

        var scan = Scans.Make(seed: 3);
        var rows = _ml.Data.LoadFromEnumerable([scan]);
        var medical = _ml.MedicalSegmentation();
        var normalize = medical.Transforms.NormalizeIntensity(options).Fit(rows);
        var network = SegmentationTransformer.Create(_ml, TinyOnnx.Steps(new(1, 8, 8, 8)));
        var model = new TransformerChain<ITransformer>(normalize, network);
        medical.Models.SaveOnnx(model, _folder["network.onnx"]);
        File.WriteAllBytes(_folder["volume.bin"], MemoryMarshal.AsBytes<float>(scan.Image!.Values()).ToArray());

        RunPython(ProgramOfTheDocumentation() + Call);

        var labels = SegmentedRows.Read<Labelled>(_ml, model.Transform(rows)).Single().PredictedLabel;
        CollectionAssert.AreEqual(
            labels.Voxels.Bytes.ToArray().Select(label => (int)label).ToArray(),
            MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(_folder["labels.bin"])).ToArray()
        );
    }

    private static string ProgramOfTheDocumentation()
    {
        const string Start = "```python\n";
        var page = File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "docs", "onnx.md")).ReplaceLineEndings("\n");
        var first = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        return page[first..page.IndexOf("```", first, StringComparison.Ordinal)];
    }

    private void RunPython(string program)
    {
        var interpreter = Environment.GetEnvironmentVariable("MEDSEG_PYTHON") ?? "/usr/bin/python3";
        if (!File.Exists(interpreter) || Run(interpreter, "import numpy, onnxruntime").ExitCode != 0)
        {
            Assert.Inconclusive(
                $"{interpreter} has no onnxruntime. Set MEDSEG_PYTHON to a Python that has numpy and onnxruntime."
            );
        }

        var (exitCode, printed) = Run(interpreter, program);
        Assert.AreEqual(0, exitCode, printed);
    }

    private (int ExitCode, string Printed) Run(string interpreter, string program)
    {
        using var process = Process.Start(
            new ProcessStartInfo(interpreter)
            {
                WorkingDirectory = _folder.Path,
                RedirectStandardError = true,
                ArgumentList = { "-c", program },
            }
        )!;
        var printed = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, printed);
    }
}
