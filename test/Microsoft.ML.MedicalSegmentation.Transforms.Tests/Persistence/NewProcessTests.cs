using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Persistence;

[TestClass]
public sealed class NewProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Load_InANewProcessWithABareContext_GivesIdenticalVolumes()
    {
        var rows = _folder.WriteScans(3);
        var data = _ml.Data.LoadFromEnumerable(rows);
        var transforms = _ml.MedicalSegmentation().Transforms;
        var model = _ml.Transforms.CopyColumns("Path", "ImagePath")
            .Append(transforms.LoadVolumes("Raw", "Path"))
            .Append(transforms.NormalizeIntensity("Normalized", "Raw", lowerPercentile: 1, upperPercentile: 99))
            .Append(transforms.CropOrPad("Image", "Normalized", width: 9, depth: 4))
            .Append(_ml.Transforms.DropColumns("Raw", "Normalized"))
            .Fit(data);
        var path = _folder["model.zip"];
        _ml.Model.Save(model, data.Schema, path);
        var expected = _ml.Data.CreateEnumerable<ScanResult>(model.Transform(data), reuseRowObject: false).Select(row => Digest(row.Image)).ToArray();
        var printed = Run([path, .. rows.Select(row => row.ImagePath)]);
        CollectionAssert.AreEqual(expected, printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.AreEqual(3, expected.Distinct().Count());
    }

    private static string Digest(Volume image)
        => Convert.ToHexString(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{image.Shape} {image.Geometry} "), .. image.Bytes]));

    private static string Run(string[] arguments)
    {
        // Test projects and the program lie side by side: artifacts/bin/PROJECT/CONFIGURATION.
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "LoadInNewProcess", configuration, "LoadInNewProcess.dll"));
        Assert.IsTrue(File.Exists(program), $"'{program}' is not built");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        return output;
    }
}
