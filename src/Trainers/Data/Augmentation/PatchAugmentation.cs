namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>
/// A random change of training patches that leaves their meaning as it is, so that a network learns from more than it was given.
/// </summary>
/// <remarks>
/// An augmentation is an immutable record; the options of a trainer hold a list of them, which is applied in its order. To add one, derive
/// a record and override <see cref="Apply"/>. Every random number must come from the given source: then a patch depends on the seed, the
/// epoch and its place alone, whatever the number of threads.
/// </remarks>
public abstract record PatchAugmentation
{
    /// <summary>How often a patch is changed.</summary>
    /// <value>0 to 1. The default is that of each augmentation.</value>
    public double Probability { get; init; } = 1;

    /// <summary>Changes a patch.</summary>
    /// <param name="patch">Changed in place.</param>
    /// <param name="random">Decides everything, apart from <see cref="Probability"/>, which has been decided already.</param>
    protected internal virtual void Apply(TrainingPatch patch, PatchRandom random)
    {
    }

    /// <summary>What is wrong with the settings, as sentences; empty if nothing is.</summary>
    protected internal virtual IEnumerable<string> Faults() => [];

    /// <summary>Moves the places from which the voxels of the patch are read.</summary>
    internal virtual void Warp(PatchWarp warp, PatchRandom random)
    {
    }

    /// <summary>Every fault, the probability included.</summary>
    internal IEnumerable<string> AllFaults() => Limits.Faults(this, (nameof(Probability), Probability, 0, 1)).Concat(Faults());
}
