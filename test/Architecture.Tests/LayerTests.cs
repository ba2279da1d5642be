using Assembly = System.Reflection.Assembly;

namespace Architecture.Tests;

[TestClass]
public class LayerTests
{
    private static readonly string[] _allowedOfCore =
        ["Microsoft.ML.Core", "Microsoft.ML.Data", "Microsoft.ML.DataView", "ICSharpCode.SharpZipLib", "BitMiracle.LibTiff.NET"];

    [TestMethod]
    public void Core_RefersToNoNativePackage()
        => Assert.AreEqual("", Unwanted(Assemblies.Core, name => !_allowedOfCore.Contains(name) && !IsOfDotNet(name)));

    [TestMethod]
    public void Transforms_ReferToNoTorchSharp()
        => Assert.AreEqual("", Unwanted(Assemblies.Transforms, name => name.Contains("Torch", StringComparison.OrdinalIgnoreCase)));

    [TestMethod]
    public void Libraries_ReferDownwardsOnly()
    {
        Assert.AreEqual("", Unwanted(Assemblies.Core, IsOurs));
        Assert.AreEqual("", Unwanted(Assemblies.Transforms, name => IsOurs(name) && name != Assemblies.Core.GetName().Name));
        Assert.AreEqual(
            "",
            Unwanted(
                Assemblies.Service,
                name => IsOurs(name) && name != Assemblies.Core.GetName().Name && name != Assemblies.Transforms.GetName().Name
            )
        );
        Assert.AreEqual(
            "",
            Unwanted(
                Assemblies.Trainers,
                name => IsOurs(name) && name != Assemblies.Core.GetName().Name && name != Assemblies.Transforms.GetName().Name
            )
        );
    }

    private static string Unwanted(Assembly assembly, Func<string, bool> isUnwanted)
        => string.Join(", ", assembly.GetReferencedAssemblies().Select(name => name.Name ?? "").Where(isUnwanted));

    private static bool IsOurs(string name) =>
        name == "medseg" || name.StartsWith("Microsoft.ML.MedicalSegmentation", StringComparison.Ordinal);

    private static bool IsOfDotNet(string name) =>
        name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard" or "mscorlib";
}
