using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>The source files of the products, and the types that they declare.</summary>
internal static partial class SourceTree
{
    /// <summary>Projects by folder, with the namespace that their root folder has.</summary>
    public static readonly IReadOnlyDictionary<string, string> Projects = new Dictionary<string, string>
    {
        ["src/Microsoft.ML.MedicalSegmentation"] = "Microsoft.ML.MedicalSegmentation",
        ["src/Transforms"] = "Microsoft.ML.MedicalSegmentation",
        ["src/Service"] = "Microsoft.ML.MedicalSegmentation.AspNetCore",
        ["src/Trainers"] = "Microsoft.ML.MedicalSegmentation",
        ["src/Tool"] = "MedSeg",
    };

    private static readonly Lazy<IReadOnlyList<SourceFile>> _files = new(ReadAll);

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file of the products.</summary>
    public static IReadOnlyList<SourceFile> Files => _files.Value;

    /// <summary>Paths of the C# files below a folder of the root, without what builds write.</summary>
    public static IEnumerable<string> PathsBelow(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MLMedSeg.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"No folder above '{AppContext.BaseDirectory}' has MLMedSeg.sln. Run the tests from a checkout."
        );
    }

    private static IReadOnlyList<SourceFile> ReadAll() =>
        [
            .. from project in Projects
            from path in PathsBelow(project.Key)
            where !path.Contains("/buildTransitive/", StringComparison.Ordinal)
            let text = File.ReadAllText(Path.Combine(Root, path))
            select new SourceFile(
                path,
                project.Key,
                project.Value,
                NamespaceDeclaration().Match(text) is { Success: true } match ? match.Groups[1].Value : "",
                [
                    .. TypeDeclaration()
                        .Matches(text)
                        .Select(type => new DeclaredType(type.Groups[2].Value, type.Groups[1].Value == "public")),
                ],
                text.AsSpan().Count('\n')
            ),
        ];

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();

    [GeneratedRegex(
        @"^(public|internal|file)\s+(?:(?:abstract|sealed|static|partial|readonly|ref|unsafe)\s+)*"
            + @"(?:class|struct|record\s+struct|record\s+class|record|interface|enum|delegate\s+[\w<>?,\[\]]+)\s+(\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex TypeDeclaration();
}
