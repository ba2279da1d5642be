using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.ML.MedicalSegmentation.Datasets.Validation;
using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;
using Microsoft.ML.MedicalSegmentation.Networks;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The pages name everything that there is, and link to each other.</summary>
[TestClass]
public sealed partial class DocumentationTests
{
    private static IEnumerable<string> Pages =>
        new[] { "README.md", "CONTRIBUTING.md" }.Concat(
            Directory.GetFiles(Path.Combine(TestData.RepositoryRoot(), "docs"), "*.md").Select(path => $"docs/{Path.GetFileName(path)}")
        );

    private static readonly Dictionary<string, IEnumerable<string>> Entries = new()
    {
        ["networks.md"] =
        [
            .. NetworkList.All.SelectMany(entry => entry.Presets.Keys.Append(entry.Key)),
            .. AttentionBlockList.All.Select(entry => entry.Key),
        ],
        ["training.md"] = [.. TrainingRecipes.All.Select(recipe => recipe.Key), .. LossList.All.Select(loss => loss.Key)],
        ["check.md"] = typeof(FindingCodes).GetFields().Select(code => (string)code.GetRawConstantValue()!),
        ["transforms.md"] = new[]
        {
            typeof(LoadingCatalog),
            typeof(ImagesCatalog),
            typeof(SpatialCatalog),
            typeof(CroppingCatalog),
            typeof(IntensityCatalog),
            typeof(ScoringCatalog),
            typeof(SavingCatalog),
        }
            .SelectMany(catalog => catalog.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(method => method.Name),
    };

    [TestMethod]
    [DataRow("networks.md")]
    [DataRow("training.md")]
    [DataRow("check.md")]
    [DataRow("transforms.md")]
    public void Page_OfAList_NamesEveryEntry(string page)
    {
        var text = Read($"docs/{page}");
        var missing = Entries[page].Where(entry => !text.Contains($"`{entry}`", StringComparison.Ordinal)).Distinct().ToList();
        Assert.AreEqual(0, missing.Count, $"docs/{page} lacks {string.Join(", ", missing)}.");
    }

    [TestMethod]
    public void FormatsPage_NamesEveryEnding()
    {
        var text = Read("docs/formats.md");
        foreach (
            var ending in VolumeFormats
                .All.SelectMany(format => format.Extensions)
                .Where(ending => !ending.EndsWith(".gz", StringComparison.Ordinal))
        )
        {
            StringAssert.Contains(text, ending);
        }
    }

    [TestMethod]
    public void Links_WithinTheRepository_LeadSomewhere()
    {
        foreach (var page in Pages)
        {
            foreach (
                var target in Link()
                    .Matches(Read(page))
                    .Select(match => match.Groups[1].Value)
                    .Where(target => !target.Contains("://", StringComparison.Ordinal))
            )
            {
                var (path, anchor) = (target.Split('#')[0], target.Split('#').ElementAtOrDefault(1));
                var file = path.Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, path);
                Assert.IsTrue(Path.Exists(Path.Combine(TestData.RepositoryRoot(), file)), $"{page} links to {target}.");
                if (anchor is not null)
                {
                    var headings = Read(file)
                        .Split('\n')
                        .Where(line => line.StartsWith('#'))
                        .Select(line => line.TrimStart('#', ' ').ToLowerInvariant().Replace(' ', '-'));
                    CollectionAssert.Contains(headings.ToList(), anchor, $"{page} links to {target}.");
                }
            }
        }
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), page));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
