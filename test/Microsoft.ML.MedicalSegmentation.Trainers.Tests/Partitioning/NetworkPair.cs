using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Partitioning;

/// <summary>A network twice with the same weights: one runs on whole images, the other by parts.</summary>
internal sealed class NetworkPair : IDisposable
{
    // Where a gradient cancels, as that of biases before a norm does, only rounding is left; it is measured against a hundredth of the
    // network's largest gradient.
    private const double SmallestShare = 1e-2;

    public NetworkPair(NetworkOptions options, PartitionOptions partition, Device? device = null)
    {
        Whole = Create(options, device);
        Other = Create(options, device);
        Parts = new PartitionedNetwork(Other, partition, device ?? CPU);
    }

    public Network Whole { get; }

    public Network Other { get; }

    public PartitionedNetwork Parts { get; }

    /// <summary>The largest difference of logits in evaluation, relative to the largest logit.</summary>
    public double LogitsDifference(Tensor image)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        Whole.eval();
        Other.eval();
        return Difference(Whole.forward(image), Parts.Forward(image), 0);
    }

    /// <summary>
    /// Trains both for some steps on one batch; the largest relative differences of losses, of the first gradients, and of weights and
    /// statistics at the end.
    /// </summary>
    public (double Loss, double Gradient, double Weight, string Worst) TrainingDifferences(
        Tensor image,
        Tensor labels,
        Loss loss,
        int steps = 3
    )
    {
        Whole.train();
        Other.train();
        using var whole = optim.SGD(Whole.parameters(), 0.01, momentum: 0.9);
        using var other = optim.SGD(Other.parameters(), 0.01, momentum: 0.9);
        var (losses, gradients, worst) = (0.0, 0.0, "");
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            whole.zero_grad();
            other.zero_grad();
            random.manual_seed(step);
            var one = Whole.TrainingLoss(Whole.ForwardTraining(image), labels, loss);
            random.manual_seed(step);
            var two = Parts.TrainingLoss(image, labels, loss);
            losses = Math.Max(losses, Difference(one, two, 0));
            one.backward();
            two.backward();
            if (step == 0)
            {
                (gradients, worst) = GradientDifference();
            }

            whole.step();
            other.step();
        }

        using var end = NewDisposeScope();
        using var noGradients = no_grad();
        var weights = Whole.state_dict().Zip(Other.state_dict()).Where(pair => pair.First.Value.dtype == ScalarType.Float32)
            .Max(pair => Difference(pair.First.Value, pair.Second.Value, 1e-2));
        return (losses, gradients, weights, worst);
    }

    /// <summary>
    /// The largest relative difference of gradients between an image and the same one changed by 1e-6 of its standard deviation, without
    /// parts.
    /// </summary>
    public double Sensitivity(Tensor image, Tensor labels, Loss loss)
    {
        using var scope = NewDisposeScope();
        foreach (var (network, input) in new[] { (Whole, image), (Other, image + (1e-6 * randn(image.shape).to(image.device))) })
        {
            network.train();
            network.zero_grad();
            random.manual_seed(0);
            network.TrainingLoss(network.ForwardTraining(input), labels, loss).backward();
        }

        return GradientDifference().Largest;
    }

    public void Dispose()
    {
        Whole.Dispose();
        Other.Dispose();
    }

    private (double Largest, string Name) GradientDifference()
    {
        static Tensor Of(TorchSharp.Modules.Parameter parameter) => parameter.grad ?? zeros_like(parameter);
        var pairs = Whole
            .named_parameters()
            .Zip(Other.named_parameters(), (one, two) => (Name: one.name, One: Of(one.parameter), Two: Of(two.parameter)))
            .ToList();
        var largest = pairs.Max(pair => pair.One.abs().max().ToDouble());
        Assert.IsGreaterThan(0, largest);
        var worst = pairs.MaxBy(pair => Difference(pair.One, pair.Two, SmallestShare * largest));
        return (Difference(worst.One, worst.Two, SmallestShare * largest), worst.Name);
    }

    private static double Difference(Tensor one, Tensor two, double least) =>
        (one - two).abs().max().ToDouble() / Math.Max(one.abs().max().ToDouble(), Math.Max(least, 1e-12));

    // Gates that start closed would hide what passes them.
    private static Network Create(NetworkOptions options, Device? device)
    {
        random.manual_seed(3);
        var network = options.CreateNetwork();
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        foreach (var parameter in network.parameters())
        {
            parameter.add_(0.1 * randn(parameter.shape));
        }

        if (device is not null)
        {
            network.to(device);
        }

        return network;
    }
}
