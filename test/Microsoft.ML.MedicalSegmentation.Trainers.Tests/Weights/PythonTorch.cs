using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Weights;

/// <summary>Runs Python programs that use PyTorch, as the other side of what is read and written.</summary>
/// <remarks>
/// One process runs them one after the other, each with variables of its own: the import of PyTorch takes longer than they do.
/// </remarks>
internal static class PythonTorch
{
    // Answers each line [folder, program] by a line [whether it failed, what it printed]; ends with its input.
    private const string Loop = """
        import contextlib, io, json, os, sys, traceback, torch
        print('ready', flush=True)
        for line in sys.stdin:
            folder, program = json.loads(line)
            os.chdir(folder)
            printed, failed = io.StringIO(), False
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                try:
                    exec(compile(program, 'program', 'exec'), {'__name__': '__main__'})
                except BaseException:
                    failed = True
                    traceback.print_exc()
            os.chdir('/')
            print(json.dumps([failed, printed.getvalue()]), flush=True)
        """;

    private static readonly Lock Gate = new();

    private static readonly Lazy<Process?> Interpreter = new(() =>
        new[] { Environment.GetEnvironmentVariable("MEDSEG_PYTHON"), "/usr/bin/python3", "python3" }
            .Select(path => path is null ? null : Start(path))
            .FirstOrDefault(process => process is not null));

    /// <summary>Runs a program in a folder; inconclusive where there is no Python with PyTorch.</summary>
    /// <returns>What it printed.</returns>
    public static string Require(string folder, string program)
    {
        lock (Gate)
        {
            if (Interpreter.Value is not { } interpreter)
            {
                throw new AssertInconclusiveException(
                    "There is no Python with PyTorch. Install python3-torch, or set MEDSEG_PYTHON to an interpreter that has it."
                );
            }

            interpreter.StandardInput.WriteLine(JsonSerializer.Serialize(new[] { folder, program }));
            interpreter.StandardInput.Flush();
            var answer = interpreter.StandardOutput.ReadLine();
            Assert.IsNotNull(answer, $"Python ended during:{Environment.NewLine}{program}");
            using var parts = JsonDocument.Parse(answer);
            var printed = parts.RootElement[1].GetString()!;
            Assert.IsFalse(parts.RootElement[0].GetBoolean(), printed);
            return printed;
        }
    }

    /// <summary>The largest difference between a network's result and PyTorch's.</summary>
    /// <param name="network">The network.</param>
    /// <param name="pair">A file of the tensors x, the image, and y, PyTorch's result.</param>
    public static double Difference(Network network, string pair)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        network.eval();
        var tensors = WeightsFile.Read(pair).Tensors.ToDictionary(tensor => tensor.Name);
        torch.Tensor Tensor(string name) => torch.tensor(tensors[name].ToSingle(), [.. tensors[name].Shape]);
        return (network.forward(Tensor("x")) - Tensor("y")).abs().max().ToDouble();
    }

    private static Process? Start(string interpreter)
    {
        try
        {
            var process = Process.Start(
                new ProcessStartInfo(interpreter)
                {
                    WorkingDirectory = Path.GetTempPath(),
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    ArgumentList = { "-c", Loop },
                }
            )!;
            _ = process.StandardError.ReadToEndAsync();
            if (process.StandardOutput.ReadLine() == "ready")
            {
                return process;
            }

            process.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
        }

        return null;
    }
}
