using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Finds the folders of real data and golden values that tests read.</summary>
/// <remarks>
/// MEDSEG_DATA, MEDSEG_FIXTURES, MEDSEG_GOLDEN and MEDSEG_CASES name other folders; without them the folders lie in <c>shared</c> beside
/// the checkout. A test whose data is absent ends inconclusive and says which folder it looked for.
/// </remarks>
internal static class TestData
{
    public static string DataFolder => Folder("MEDSEG_DATA", "data");

    public static string FixturesFolder => Folder("MEDSEG_FIXTURES", "fixtures");

    public static string GoldenFolder => Folder("MEDSEG_GOLDEN", "golden");

    public static string CasesFolder => Folder("MEDSEG_CASES", "cases");

    /// <summary>The path of a file or folder of the data folder; inconclusive where it is missing.</summary>
    public static string RequireData(string relativePath) => Require(DataFolder, relativePath, "MEDSEG_DATA");

    /// <summary>The path of a golden-value file; inconclusive where it is missing.</summary>
    public static string RequireFixture(string relativePath) => Require(FixturesFolder, relativePath, "MEDSEG_FIXTURES");

    /// <summary>The path of a file or folder of values that other tools gave; inconclusive where it is missing.</summary>
    public static string RequireGolden(string relativePath) => Require(GoldenFolder, relativePath, "MEDSEG_GOLDEN");

    /// <summary>The path of a small input with a known right answer; inconclusive where it is missing.</summary>
    public static string RequireCase(string relativePath) => Require(CasesFolder, relativePath, "MEDSEG_CASES");

    private static string Require(string folder, string relativePath, string variable)
    {
        var path = Path.Combine(folder, relativePath);
        if (!Path.Exists(path))
        {
            Assert.Inconclusive($"There is no '{relativePath}' under '{folder}'. Set {variable} to a folder that holds it.");
        }

        return path;
    }

    private static string Folder(string variable, string name)
    {
        var given = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrEmpty(given) ? Path.Combine(RepositoryRoot(), "..", "shared", name) : given;
    }

    /// <summary>
    /// The folder that holds MLMedSeg.sln: above the built tests, or, where they were built into a folder elsewhere, above this file.
    /// </summary>
    public static string RepositoryRoot()
        => Above(AppContext.BaseDirectory) ?? Above(Path.GetDirectoryName(ThisFile())) ?? AppContext.BaseDirectory;

    private static string? Above(string? start)
    {
        var folder = start is null ? null : new DirectoryInfo(start);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MLMedSeg.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
