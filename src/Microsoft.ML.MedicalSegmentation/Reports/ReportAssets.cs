using System.Reflection;

namespace Microsoft.ML.MedicalSegmentation.Reports;

/// <summary>Style and script that stand in every report.</summary>
internal static class ReportAssets
{
    /// <summary>The style sheet.</summary>
    public static string Style { get; } = Read("report.css");

    /// <summary>The script of the viewer.</summary>
    public static string Script { get; } = Read("viewer.js");

    /// <summary>Version of this library.</summary>
    public static string Version { get; } = typeof(ReportAssets).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    private static string Read(string name)
    {
        using var stream = typeof(ReportAssets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly holds no '{name}'. Build the library again.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
