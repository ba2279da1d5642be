using System.Diagnostics;

namespace Microsoft.ML.MedicalSegmentation.Weights;

/// <summary>Runs Python programs that use PyTorch, as the other side of what is read and written.</summary>
internal static class PythonTorch
{
    private static readonly Lazy<string?> Interpreter = new(() =>
        new[] { Environment.GetEnvironmentVariable("MEDSEG_PYTHON"), "/usr/bin/python3", "python3" }
            .FirstOrDefault(path => path is not null && Run(path, Path.GetTempPath(), "import torch").ExitCode == 0));

    /// <summary>Runs a program in a folder; inconclusive where there is no Python with PyTorch.</summary>
    public static string Require(string folder, string program)
    {
        if (Interpreter.Value is not { } interpreter)
        {
            throw new AssertInconclusiveException(
                "There is no Python with PyTorch. Install python3-torch, or set MEDSEG_PYTHON to an interpreter that has it."
            );
        }

        var (exitCode, output) = Run(interpreter, folder, program);
        Assert.AreEqual(0, exitCode, output);
        return output;
    }

    private static (int ExitCode, string Output) Run(string interpreter, string folder, string program)
    {
        try
        {
            var start = new ProcessStartInfo(interpreter)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                ArgumentList = { "-c", program },
            };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (-1, missing.Message);
        }
    }
}
