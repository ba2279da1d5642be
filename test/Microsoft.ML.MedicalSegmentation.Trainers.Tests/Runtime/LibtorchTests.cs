namespace Microsoft.ML.MedicalSegmentation.Runtime;

[TestClass]
public class LibtorchTests
{
    [TestMethod]
    public void Require_WhereTestsRun_FindsNoFault() => Libtorch.Require();

    [TestMethod]
    public void Describe_MissingLibraries_NamesThePackages() =>
        StringAssert.Contains(Libtorch.Describe(null), "Reference TorchSharp-cpu, TorchSharp-cuda-windows or TorchSharp-cuda-linux");

    [TestMethod]
    public void Describe_LibrariesThatDoNotLoad_TellsTheSystemsReason()
    {
        var message = Libtorch.Describe("version `GLIBCXX_3.4.32' not found");

        StringAssert.Contains(message, "GLIBCXX_3.4.32' not found");
        StringAssert.Contains(message, "an older TorchSharp");
    }
}
