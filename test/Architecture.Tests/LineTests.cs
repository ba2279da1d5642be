using System.Text.RegularExpressions;

namespace Architecture.Tests;

[TestClass]
public partial class LineTests
{
    private const int Columns = 140;
    private const int Shown = 20;

    private static readonly string[] _folders = ["src", "samples", "bench", "test"];

    [TestMethod]
    public void Lines_AreAtMost140Columns_OutsideRawStrings()
    {
        var files = _folders.SelectMany(folder => SourceTree.PathsBelow(folder)).Order(StringComparer.Ordinal).ToList();
        var tooLong = files
            .SelectMany(path => LongLines(File.ReadAllText(Path.Combine(SourceTree.Root, path))).Select(line => $"{path}:{line}"))
            .ToList();

        Assert.IsGreaterThan(1000, files.Count, "The source is found.");
        Assert.IsEmpty(
            tooLong,
            $"{tooLong.Count} lines are longer than {Columns} columns; break them:\n{string.Join('\n', tooLong.Take(Shown))}"
        );
    }

    [TestMethod]
    public void LongLines_AreFound_ButNotInRawStrings()
    {
        var letters = new string('x', Columns);

        Assert.IsEmpty(LongLines($"{letters}\n{letters}"));
        Assert.AreEqual("2", string.Join(' ', LongLines($"first\nx{letters}\nlast")));
        Assert.AreEqual(
            "1 6",
            string.Join(' ', LongLines($"x{letters}\nvar a = $$\"\"\"\n{letters}{letters}\n    \"\"\";\nlast\nx{letters}"))
        );
        Assert.AreEqual("2", string.Join(' ', LongLines($"var a = \"\"\"\"{letters} \"\"\" {letters}\"\"\"\";\nx{letters}")));
    }

    // Numbers of lines, from 1. What a raw string holds is data, such as HTML or a table, whose lines have lengths of their own.
    private static IEnumerable<int> LongLines(string text)
    {
        var quotes = 0;
        foreach (var (number, line) in text.Split('\n').Index())
        {
            var isRaw = quotes > 0;
            foreach (var run in RawQuotes().EnumerateMatches(line))
            {
                isRaw = true;
                if (quotes == 0)
                {
                    quotes = run.Length;
                }
                else if (run.Length >= quotes)
                {
                    quotes = 0;
                }
            }

            if (!isRaw && line.TrimEnd('\r').Length > Columns)
            {
                yield return number + 1;
            }
        }
    }

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawQuotes();
}
