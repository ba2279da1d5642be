using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How gradients become changes of weights.</summary>
public enum OptimizerKind
{
    /// <summary>Adam with decoupled weight decay. Loshchilov and Hutter 2017, https://arxiv.org/abs/1711.05101.</summary>
    AdamW,

    /// <summary>
    /// Adam whose weight decay is part of the gradient, as most papers used it. Kingma and Ba 2014, https://arxiv.org/abs/1412.6980.
    /// </summary>
    Adam,

    /// <summary>Gradient descent with Nesterov momentum, nnU-Net's; wants a learning rate near 0.01 and many steps.</summary>
    SgdNesterov,
}

internal static class OptimizerFactory
{
    public static OptimizerHelper Create(OptimizationOptions options, IEnumerable<Parameter> parameters) => options.Optimizer switch
    {
        OptimizerKind.AdamW => optim.AdamW(
            parameters, options.LearningRate, options.AdamBeta1, options.AdamBeta2, 1e-8, options.WeightDecay),
        OptimizerKind.Adam => optim.Adam(
            parameters, options.LearningRate, options.AdamBeta1, options.AdamBeta2, 1e-8, options.WeightDecay),
        OptimizerKind.SgdNesterov => optim.SGD(
            parameters, options.LearningRate, options.Momentum, dampening: 0, options.WeightDecay, nesterov: true),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Optimizer, "This is not an optimiser."),
    };

    /// <summary>Makes one step along the gradients.</summary>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="parameters">What it changes.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="clipNorm">The largest norm of the gradient; 0 for no limit.</param>
    public static void Step(this OptimizerHelper optimizer, IEnumerable<Parameter> parameters, double rate, double clipNorm)
    {
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = rate;
        }

        if (clipNorm > 0)
        {
            nn.utils.clip_grad_norm_(parameters, clipNorm);
        }

        optimizer.step();
    }
}
