using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The generator's loss, a weighted sum of four terms: <see cref="SynthesisTrainer.Options.Losses"/>.</summary>
/// <remarks>
/// loss = ReconstructionWeight mean(M |y - G(x)|^q) + GradientDifferenceWeight gradient difference + GlobalAdversarialWeight BCE(D_g(G(x)),
/// 1) + LocalAdversarialWeight BCE(D_l(G(x)), 1), with M = 1 + DifficultyWeight (1 - D_l(G(x))), through which no gradient flows.
/// Nie et al. 2019, https://arxiv.org/abs/1907.03297. All weights and q are ours: the text of the paper at hand gives no numbers.
/// </remarks>
public sealed record SynthesisLossOptions
{
    /// <summary>Weight of the reconstruction error.</summary>
    /// <value>Above 0. Default: 1.</value>
    public double ReconstructionWeight { get; init; } = 1;

    /// <summary>q: to which power absolute errors are raised.</summary>
    /// <value>1 to 2. Default: 1, which blurs less than 2.</value>
    public double ReconstructionExponent { get; init; } = 1;

    /// <summary>
    /// Beta: how much more the reconstruction error of a voxel counts where the local discriminator is sure that it is synthetic.
    /// </summary>
    /// <value>At least 0; 0 turns difficult-region attention off. Default: 1.</value>
    public double DifficultyWeight { get; init; } = 1;

    /// <summary>Whether M is divided by its mean over the patch, so that attention moves weight between voxels and adds none.</summary>
    /// <value>Default: false, as in the paper.</value>
    public bool IsDifficultyRelative { get; init; }

    /// <summary>
    /// Weight of the gradient difference: the squared difference of the absolute steps between neighbours, a mean for each axis, summed
    /// over the axes.
    /// </summary>
    /// <value>
    /// At least 0. Default: 1. Nie et al. 2017, https://arxiv.org/abs/1612.05362. Differs: a mean over voxels instead of their sum.
    /// </value>
    public double GradientDifferenceWeight { get; init; } = 1;

    /// <summary>Weight of the global adversarial term.</summary>
    /// <value>At least 0; 0 trains no global discriminator. Default: 0.02.</value>
    public double GlobalAdversarialWeight { get; init; } = 0.02;

    /// <summary>Weight of the local adversarial term.</summary>
    /// <value>
    /// At least 0; 0 together with a <see cref="DifficultyWeight"/> of 0 trains no local discriminator, unless a column of difficulty is
    /// asked for. Default: 0.02.
    /// </value>
    public double LocalAdversarialWeight { get; init; } = 0.02;

    internal void AddFaults(OptionFaults faults)
    {
        faults.Require(
            ReconstructionWeight > 0 && double.IsFinite(ReconstructionWeight),
            "Losses.ReconstructionWeight",
            ReconstructionWeight,
            "above 0"
        );
        faults.Require(ReconstructionExponent is >= 1 and <= 2, "Losses.ReconstructionExponent", ReconstructionExponent, "from 1 to 2");
        faults.Require(
            DifficultyWeight >= 0 && double.IsFinite(DifficultyWeight),
            "Losses.DifficultyWeight",
            DifficultyWeight,
            "at least 0"
        );
        faults.Require(
            GradientDifferenceWeight >= 0 && double.IsFinite(GradientDifferenceWeight),
            "Losses.GradientDifferenceWeight",
            GradientDifferenceWeight,
            "at least 0"
        );
        faults.Require(
            GlobalAdversarialWeight >= 0 && double.IsFinite(GlobalAdversarialWeight),
            "Losses.GlobalAdversarialWeight",
            GlobalAdversarialWeight,
            "at least 0"
        );
        faults.Require(
            LocalAdversarialWeight >= 0 && double.IsFinite(LocalAdversarialWeight),
            "Losses.LocalAdversarialWeight",
            LocalAdversarialWeight,
            "at least 0"
        );
    }
}
