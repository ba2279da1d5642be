namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>Products of the transformed inputs and taps sum to the convolution.</summary>
[TestClass]
public class WinogradFilterTests
{
    [TestMethod]
    [DataRow(1, 3)]
    [DataRow(2, 3)]
    [DataRow(3, 3)]
    [DataRow(4, 3)]
    [DataRow(2, 5)]
    public void Matrices_OfAnyInputs_GiveTheConvolution(int outputs, int taps)
    {
        var filter = new WinogradFilter(outputs, taps);
        var random = new Random(outputs);
        double[] inputs = [.. Enumerable.Range(0, filter.Products).Select(_ => random.NextDouble() - 0.5)];
        double[] kernel = [.. Enumerable.Range(0, taps).Select(_ => random.NextDouble() - 0.5)];
        double[] products = [.. Apply(filter.OfInputs, inputs).Zip(Apply(filter.OfKernel, kernel), (input, tap) => input * tap)];
        var results = Apply(filter.OfProducts, products);
        for (var at = 0; at < outputs; at++)
        {
            Assert.AreEqual(kernel.Select((tap, offset) => tap * inputs[at + offset]).Sum(), results[at], 1e-12);
            Assert.AreEqual(1, filter.OfProducts[at, filter.BiasProduct]);
        }
    }

    private static double[] Apply(double[,] matrix, double[] vector) =>
        [.. Enumerable.Range(0, matrix.GetLength(0)).Select(row => vector.Select((number, column) => matrix[row, column] * number).Sum())];
}
