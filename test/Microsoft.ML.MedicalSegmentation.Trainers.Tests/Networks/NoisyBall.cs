using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Training;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

/// <summary>A picture of a ball under noise, which every network of two spatial axes must be able to learn by heart.</summary>
internal static class NoisyBall
{
    /// <summary>Dice of a network on the ball after training on it.</summary>
    public static double DiceAfterTraining(Network network, int radius, int steps)
    {
        using var scope = torch.NewDisposeScope();
        var axis = torch.arange(0, 32, 1, torch.ScalarType.Float32);
        var ball = (((axis - 12).square().unsqueeze(0) + (axis - 18).square().unsqueeze(1)) < radius * radius).to(torch.ScalarType.Float32);
        var image = (ball + (0.3 * torch.randn([32, 32], torch.ScalarType.Float32))).reshape(1, 1, 32, 32);
        var labels = ball.to(torch.ScalarType.Int64).unsqueeze(0);
        using var optimizer = WeightOptimizer.Create(new() { WeightDecay = 1e-2 }, network.parameters());
        for (var step = 0; step < steps; step++)
        {
            using var inner = torch.NewDisposeScope();
            optimizer.ClearGradients();
            network.TrainingLoss(network.ForwardTraining(image), labels, new DiceCrossEntropyLoss()).backward();
            optimizer.Step(1e-2, clipNorm: 0);
        }

        network.eval();
        var predicted = network.forward(image).argmax(1);
        return 2 * (predicted * labels).sum().ToDouble() / (predicted.sum() + labels.sum()).ToDouble();
    }
}
