using Microsoft.ML.MedicalSegmentation;
using static TorchSharp.torch;

namespace Extensibility.Tests;

/// <summary>An application's own loss: the squared error of the probabilities (Brier score).</summary>
public sealed record SquaredErrorLoss : Loss
{
    /// <summary>Factor of the loss.</summary>
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels)
    {
        var truth = zeros_like(logits).scatter_(1, labels.unsqueeze(1), ones_like(logits));
        return Number(Scale) * (logits.softmax(1) - truth).square().sum(1).mean();
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults() => Scale > 0 ? [] : [$"Scale is {Scale}; it must be above 0."];
}
