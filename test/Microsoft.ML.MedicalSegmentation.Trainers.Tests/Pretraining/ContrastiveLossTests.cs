using Microsoft.ML.MedicalSegmentation.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

[TestClass]
[DoNotParallelize]
public class ContrastiveLossTests
{
    [TestMethod]
    public void Compute_TwoOrthogonalPairs_IsTheLogarithmByHand()
    {
        using var scope = NewDisposeScope();

        // Both views of a pair are equal, and the pairs orthogonal: each view sees e for its partner and 1 for each of two negatives.
        var loss = ContrastiveLoss.Compute(tensor(new float[,] { { 3, 0 }, { 0, 1 }, { 1, 0 }, { 0, 2 } }), [0, 1], temperature: 1);

        Assert.AreEqual(-Math.Log(Math.E / (Math.E + 2)), loss.item<float>(), 1e-6);
        Assert.AreEqual(0.5514, loss.item<float>(), 1e-4);
    }

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.1)]
    public void Compute_ThreePairsOfTwoPatients_IsTheSumOverOtherPatientsByHand(double temperature)
    {
        using var scope = NewDisposeScope();
        int[] patients = [7, 4, 7];
        var views = Views(6, 3, seed: 1);

        var loss = ContrastiveLoss.Compute(tensor(views).reshape(6, 3), patients, temperature);

        Assert.AreEqual(ByHand(views, 3, patients, temperature), loss.item<float>(), 1e-5);
    }

    [TestMethod]
    public void Compute_OnePatientAlone_IsZeroWithoutGradient()
    {
        using var scope = NewDisposeScope();
        var views = tensor(Views(4, 3, seed: 2)).reshape(4, 3).requires_grad_();

        var loss = ContrastiveLoss.Compute(views, [1, 1], 0.1);
        loss.backward();

        Assert.AreEqual(0, loss.item<float>(), 1e-7);
        Assert.AreEqual(0, views.grad!.abs().max().item<float>(), 1e-7);
    }

    [TestMethod]
    public void Compute_Gradient_IsThatOfSmallDifferences()
    {
        using var scope = NewDisposeScope();
        int[] patients = [0, 1, 1, 2];
        var numbers = Views(8, 4, seed: 3);
        var views = tensor(numbers).reshape(8, 4).requires_grad_();
        ContrastiveLoss.Compute(views, patients, 0.5).backward();
        var gradient = views.grad!.data<float>().ToArray();

        for (var i = 0; i < numbers.Length; i++)
        {
            double At(float change)
            {
                var moved = numbers.ToArray();
                moved[i] += change;
                return ByHand(moved, 4, patients, 0.5);
            }

            Assert.AreEqual((At(1e-3f) - At(-1e-3f)) / 2e-3, gradient[i], 1e-3, $"number {i}");
        }
    }

    [TestMethod]
    public void Excluded_RandomPatients_IsEveryViewOfThePatientButThePartner()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new RandomStream(seed);
            var pairs = random.NextInt(1, 9);
            int[] patients = [.. Enumerable.Range(0, pairs).Select(_ => random.NextInt(4))];

            var excluded = ContrastiveLoss.Excluded(patients);

            for (var view = 0; view < 2 * pairs; view++)
            {
                for (var other = 0; other < 2 * pairs; other++)
                {
                    var isPartner = view != other && view % pairs == other % pairs;
                    var isOfThePatient = patients[view % pairs] == patients[other % pairs];
                    Assert.AreEqual(isOfThePatient && !isPartner, excluded[(view * 2 * pairs) + other], $"seed {seed}: {view}, {other}");
                }
            }
        }
    }

    private static float[] Views(int count, int length, int seed)
    {
        var random = new RandomStream(seed);
        return [.. Enumerable.Range(0, count * length).Select(_ => (float)random.NextGaussian())];
    }

    // The definition, view by view.
    private static double ByHand(float[] views, int length, int[] patients, double temperature)
    {
        var pairs = patients.Length;
        double Similarity(int a, int b)
        {
            double Dot(int x, int y) => Enumerable.Range(0, length).Sum(k => (double)views[(x * length) + k] * views[(y * length) + k]);
            return Math.Exp(Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b)) / temperature);
        }

        return Enumerable.Range(0, 2 * pairs).Average(view =>
        {
            var partner = (view + pairs) % (2 * pairs);
            var others = Enumerable.Range(0, 2 * pairs).Where(other => patients[other % pairs] != patients[view % pairs]);
            return -Math.Log(Similarity(view, partner) / (Similarity(view, partner) + others.Sum(other => Similarity(view, other))));
        });
    }
}
