using System.Text.RegularExpressions;
using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

/// <summary>The pages name commands and options that exist.</summary>
[TestClass]
public sealed partial class DocumentationTests
{
    [TestMethod]
    public void Commands_OnThePages_Exist()
    {
        using var folder = new TemporaryFolder();
        var root = TestData.RepositoryRoot();
        var help = new Dictionary<string, ProgramRun>();
        foreach (
            var page in Directory
                .GetFiles(Path.Combine(root, "docs"), "*.md")
                .Append(Path.Combine(root, "README.md"))
                .Append(Path.Combine(root, "CONTRIBUTING.md"))
        )
        {
            foreach (Match call in Call().Matches(File.ReadAllText(page)))
            {
                // What the root script does by itself.
                if (call.Groups[1].Value is not "test" and var command)
                {
                    var text = help.TryGetValue(command, out var known)
                        ? known
                        : help[command] = ProgramRun.Medseg(folder.Path, [.. command.Split(' '), "--help"]).Expect(0);
                    foreach (Match option in Option().Matches(call.Value))
                    {
                        Assert.IsTrue(
                            text.Output.Contains(option.Value, StringComparison.Ordinal),
                            $"{page} has `{call.Value}`, but medseg {command} has no {option.Value}."
                        );
                    }
                }
            }
        }

        Assert.IsTrue(help.Count >= 8, $"Only {string.Join(", ", help.Keys)} are shown anywhere.");
    }

    [GeneratedRegex(@"(?:\./|`)medseg ((?:(?:classify|synthesize) (?=[a-z]))?[a-z]+)\b[^\n`#&;|]*")]
    private static partial Regex Call();

    [GeneratedRegex(@"--[a-z-]+")]
    private static partial Regex Option();
}
