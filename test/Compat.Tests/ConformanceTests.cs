using System.Reflection;
using Compat.Surface;

namespace Compat;

/// <summary>
/// What a stand-in shows, the real assembly has: source that compiles in compat mode compiles in nuget mode, too.
/// </summary>
[TestClass]
public sealed class ConformanceTests
{
    private static readonly string ListFolder = Path.Combine(AppContext.BaseDirectory, "api");

    [TestMethod]
    [DataRow("Microsoft.ML", "Microsoft.ML.")]
    [DataRow("Microsoft.ML.ImageAnalytics", "Microsoft.ML.ImageAnalytics")]
    [DataRow("TorchSharp", "TorchSharp")]
    public void PublicMembers_OfStandIn_AreMembersOfTheRealAssembly(string assemblyName, string lists)
    {
        var assembly = LoadStandIn(assemblyName);
        var real = RealMembers(lists);
        var surface = PublicSurface.Of(assembly);

        var unknown = surface.Where(line => !real.Contains(line)).ToArray();

        Assert.AreNotEqual(0, surface.Count, $"{assemblyName} shows nothing.");
        Assert.AreEqual(
            0,
            unknown.Length,
            $"{unknown.Length} of the {surface.Count} public types and members of the stand-in {assemblyName} are not "
            + $"in the lists of the real one:\n{string.Join('\n', unknown)}");
    }

    [TestMethod]
    public void Surface_OfTypeMadeUpHere_IsNotInTheLists()
    {
        var real = RealMembers("Microsoft.ML.");
        var surface = PublicSurface.Of(typeof(ConformanceTests).Assembly);

        Assert.IsTrue(surface.Contains($"T {typeof(ConformanceTests).FullName} : public sealed class"));
        Assert.IsFalse(surface.Any(real.Contains));
    }

    private static Assembly LoadStandIn(string name)
    {
        Assembly assembly;
        try
        {
            assembly = Assembly.Load(name);
        }
        catch (FileNotFoundException)
        {
            Assert.Inconclusive($"There is no assembly '{name}' here: the package has several of other names.");
            throw;
        }

        var marks = assembly.GetCustomAttributes<AssemblyMetadataAttribute>();
        if (!marks.Any(mark => mark is { Key: "MedSegStandIn", Value: "true" }))
        {
            Assert.Inconclusive($"'{name}' is the real assembly, so there is nothing to compare.");
        }

        return assembly;
    }

    private static HashSet<string> RealMembers(string lists)
    {
        var members = Directory.GetFiles(ListFolder, $"{lists}*.txt").SelectMany(File.ReadLines)
            .Where(line => !line.StartsWith('#')).ToHashSet(StringComparer.Ordinal);
        Assert.AreNotEqual(0, members.Count, $"There are no lists '{lists}*.txt' in {ListFolder}.");
        return members;
    }
}
