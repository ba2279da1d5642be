using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>The program LoadInNewProcess, which loads a model as an application does that knows nothing of how it was made.</summary>
internal static class NewProcess
{
    /// <summary>What the program prints for a volume.</summary>
    public static string Digest(Volume image)
        => Convert.ToHexString(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{image.Shape} {image.Geometry} "), .. image.Bytes]));

    /// <summary>Starts the program on a model and image files; gives the digests that it prints.</summary>
    public static string[] Score(string modelPath, IEnumerable<string> imagePaths)
    {
        // Test projects and the program lie side by side: artifacts/bin/PROJECT/CONFIGURATION.
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.GetFullPath(
            Path.Combine(AppContext.BaseDirectory, "..", "..", "LoadInNewProcess", configuration, "LoadInNewProcess.dll")
        );
        Assert.IsTrue(File.Exists(program), $"'{program}' is not built");
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", program, modelPath, .. imagePaths]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
