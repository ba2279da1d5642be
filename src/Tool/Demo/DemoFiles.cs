namespace MedSeg.Demo;

/// <summary>What the demo writes, and where.</summary>
/// <param name="Folder">Holds everything.</param>
internal sealed record DemoFiles(string Folder)
{
    /// <summary>The deployable model.</summary>
    public string Model => Path.Combine(Folder, "model.zip");

    /// <summary>The network alone.</summary>
    public string Onnx => Path.Combine(Folder, "model.onnx");

    /// <summary>Predicted labels, CASE.nii.gz.</summary>
    public string Predictions => Path.Combine(Folder, "predictions");

    /// <summary>Predicted labels of the new process.</summary>
    public string Reloaded => Path.Combine(Folder, "predictions-of-a-new-process");

    /// <summary>The result for programs.</summary>
    public string Json => Path.Combine(Folder, "result.json");

    /// <summary>The result for people.</summary>
    public string Table => Path.Combine(Folder, "result.txt");

    /// <summary>The result with pictures, for a browser.</summary>
    public string Report => Path.Combine(Folder, "report.html");
}
