// How fast the networks are here, in ONNX Runtime from the exported file, and in PyTorch: the same weights and data, each side in a
// process of its own, in turns of a few passes. Prints Markdown tables; bold where a goal is missed (training and inference
// within 1.05 of PyTorch, ONNX Runtime within 0.7).
//   dotnet run -c Release --project bench/Networks [-- OPTIONS]; the options stand in BenchOptions.cs
// "export KEY PATH" writes the ONNX file of a case, to look at.
// "rewritings [OPTIONS]" compares the file with and without each rewriting of its graph.
using Microsoft.ML.MedicalSegmentation.Bench;
using Microsoft.ML.MedicalSegmentation.Export.Optimization;

if (args is ["side", var kind, var folder])
{
    var file = CaseFile.Read(folder);
    if (kind == "onnx")
    {
        using var onnx = new OnnxSide(folder, file);
        SideServer.Run(onnx);
    }
    else
    {
        using var torch = new TorchSide(folder, file);
        SideServer.Run(torch);
    }

    return;
}

if (args is ["export", var key, var path])
{
    var exported = NetworkCases.Find(BenchOptions.Parse(["--networks", key])).Single();
    File.WriteAllBytes(path, exported.Export(OnnxRewritings.All));
    return;
}

if (args is ["rewritings", .. var rest])
{
    RewritingComparison.Print(BenchOptions.Parse(rest));
    return;
}

if (args.Any(argument => argument is "--help" or "-h"))
{
    Console.WriteLine(BenchOptions.Usage);
    return;
}

var options = BenchOptions.Parse(args);
var python = options.Python ?? SideProcess.FindPython();
var results = new List<CaseResult>();
foreach (var entry in NetworkCases.Find(options))
{
    Console.Error.WriteLine($"{entry.Title}, {entry.Size} ...");
    results.Add(Comparison.Run(entry, options, python));
}

MarkdownReport.Print(results, options);
