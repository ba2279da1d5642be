using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Architecture.Tests;

[TestClass]
public class FolderTests
{
    // Extension methods stand where an application looks for them.
    private static readonly string[] _ofTheFramework =
    [
        "Microsoft.ML",
        "Microsoft.Extensions.DependencyInjection",
        "Microsoft.AspNetCore.Builder",
    ];

    [TestMethod]
    public void Folders_HaveNoCircles()
    {
        var circles = Circles.Find(Dependencies());

        Assert.IsEmpty(
            circles,
            $"Folders refer to each other in a circle; move what ties them to one of them or below both:\n{string.Join('\n', circles)}"
        );
    }

    [TestMethod]
    public void Namespaces_AreFolders_ButForPublicTypesOfTheRoot()
    {
        var wrong = SourceTree
            .Files.Where(file => file.Types.Count > 0 && file.Namespace != file.FolderNamespace)
            .Where(file =>
                !(file.Namespace == file.RootNamespace && file.Types.Any(type => type.IsPublic))
                && !_ofTheFramework.Contains(file.Namespace)
            )
            .Select(file => $"{file.Path}: {file.Namespace}, not {file.FolderNamespace}");

        Assert.AreEqual("", string.Join('\n', wrong));
    }

    [TestMethod]
    public void Files_AreAtMost350Lines_AndHalfOfThemUnder80()
    {
        var lengths = SourceTree.Files.Select(file => file.Lines).Order().ToList();

        Assert.AreEqual(
            "",
            string.Join('\n', SourceTree.Files.Where(file => file.Lines > 350).Select(file => $"{file.Path}: {file.Lines} lines"))
        );
        Assert.IsLessThan(80, lengths[lengths.Count / 2]);
    }

    private static Dictionary<string, Dictionary<string, string>> Dependencies()
    {
        var folders = SourceTree.Files.SelectMany(file => file.Types.Select(type => (Key: $"{file.Namespace}.{type.Name}", file.Folder)))
            .GroupBy(type => type.Key).ToDictionary(types => types.Key, types => types.First().Folder);
        var architecture = new ArchLoader().LoadAssemblies([.. Assemblies.Shipped]).Build();
        var edges = new Dictionary<string, Dictionary<string, string>>();
        var found = new HashSet<string>();
        foreach (var type in architecture.Types)
        {
            if (!folders.TryGetValue(OutermostName(type), out var from))
            {
                continue;
            }

            found.Add(OutermostName(type));

            // A type parameter belongs to its own type, whichever the loader finds first.
            foreach (var dependency in type.Dependencies.Where(dependency => dependency.Target is not GenericParameter))
            {
                if (folders.TryGetValue(OutermostName(dependency.Target), out var to) && to != from)
                {
                    edges.TryAdd(from, []);
                    edges[from].TryAdd(to, $"{type.Name} refers to {dependency.Target.Name}");
                }
            }
        }

        Assert.AreEqual("", string.Join(", ", folders.Keys.Except(found)), "Every type of the source is found in the assemblies.");
        return edges;
    }

    // "Namespace.Outer+Inner`1" counts as Namespace.Outer.
    private static string OutermostName(IType type) => type.FullName.Split('+', '`', '<', '/')[0];
}
