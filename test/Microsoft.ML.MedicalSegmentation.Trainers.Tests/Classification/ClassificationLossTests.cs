using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Classification;

[TestClass]
public class ClassificationLossTests
{
    // Golden values: torch 1.13, nn.functional.cross_entropy with weight and label_smoothing.
    [TestMethod]
    [DataRow(false, 0.0, 0.4706107974052429)]
    [DataRow(true, 0.0, 0.44609108567237854)]
    [DataRow(false, 0.2, 0.6556107997894287)]
    [DataRow(true, 0.2, 0.5724917054176331)]
    public void Compute_WithWeightsAndSmoothing_EqualsPyTorch(bool weighted, double smoothing, double expected)
    {
        using var scope = NewDisposeScope();
        using var loss = new ClassificationLoss(weighted ? [1, 2, 0.5] : null, smoothing, CPU);
        var logits = tensor(new[] { 1.5f, -0.3f, 0.2f, 0.1f, 0.4f, -1.2f, -0.7f, 2f, 0.3f, 0f, 0.5f, 1.1f }).reshape(4, 3);

        Assert.AreEqual(expected, loss.Compute(logits, tensor(new[] { 0L, 1, 1, 2 })).item<float>(), 1e-6);
    }
}
