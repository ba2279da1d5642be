using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>What an original gave: sums over all elements and some single ones; what is missing is not compared.</summary>
internal sealed record FixtureOutput(
    long[] Shape,
    double? Mean = null,
    double? MeanAbs = null,
    double? Std = null,
    double? Min = null,
    double? Max = null,
    long[]? Index = null,
    double[]? Value = null)
{
    /// <summary>
    /// Fails where a tensor is further from the original's than a share of it, or of the mean absolute value where that is larger.
    /// </summary>
    public void AssertClose(string name, torch.Tensor actual, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        CollectionAssert.AreEqual(Shape, actual.shape, name);
        var numbers = actual.contiguous().to(torch.ScalarType.Float64).data<double>().ToArray();
        var meanAbs = MeanAbs ?? numbers.Average(Math.Abs);
        void Close(string what, double? given, double got)
        {
            var wanted = given ?? got;
            var allowed = tolerance * Math.Max(Math.Abs(wanted), meanAbs);
            Assert.IsTrue(
                Math.Abs(wanted - got) <= allowed,
                $"{name}: {what} is {got:g9} instead of {wanted:g9}; {allowed:g3} is allowed."
            );
        }

        var mean = numbers.Average();
        Close("the mean", Mean, mean);
        Close("the mean of the absolute values", MeanAbs, numbers.Average(Math.Abs));
        Close("the standard deviation", Std, Math.Sqrt(numbers.Average(number => (number - mean) * (number - mean))));
        Close("the smallest", Min, numbers.Min());
        Close("the largest", Max, numbers.Max());
        foreach (var (at, value) in (Index ?? []).Zip(Value ?? []))
        {
            Close($"element {at}", value, numbers[at]);
        }
    }
}
