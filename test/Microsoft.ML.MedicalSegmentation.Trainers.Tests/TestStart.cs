using Microsoft.ML.MedicalSegmentation.Runtime;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What holds before the first test.</summary>
[TestClass]
public static class TestStart
{
    /// <summary>Some tests take TorchSharp before the library does.</summary>
    [AssemblyInitialize]
    public static void Initialize(TestContext context) => Libtorch.Require();
}
