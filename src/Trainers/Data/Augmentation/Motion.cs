namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Blurs and doubles edges along an axis, as movements of a patient between two lines of an MR recording do.</summary>
/// <remarks>
/// K-space is recorded line by line from its edge; at random lines the patient moves along the phase axis, which turns the phases of the
/// lines that follow. The lines around the centre define where the patient lies, so that labels still fit. After TorchIO's RandomMotion and
/// Shaw et al. 2019, https://proceedings.mlr.press/v102/shaw19a.html. Differs: shifts along the phase axis alone, no turns.
/// </remarks>
public sealed record Motion : PatchAugmentation
{
    /// <summary>Creates movements with probability 0.1.</summary>
    public Motion() => Probability = 0.1;

    /// <summary>The largest number of movements; each patch draws its own from 1 on.</summary>
    /// <value>1 to 16. Default: 2.</value>
    public int MaximumCount { get; init; } = 2;

    /// <summary>The longest way of a movement.</summary>
    /// <value>Voxels, 0 to 100. Default: 4.</value>
    public double MaximumShift { get; init; } = 4;

    /// <inheritdoc/>
    protected internal override void Apply(TrainingPatch patch, PatchRandom random)
    {
        var axis = patch.Shape.Along(random.NextInt(2));
        var movements = Enumerable.Range(0, 1 + random.NextInt(MaximumCount))
            .Select(_ => (Line: random.NextInt(axis.Count) - (axis.Count / 2), Way: random.NextDouble(-MaximumShift, MaximumShift)))
            .OrderBy(movement => movement.Line)
            .ToArray();

        // Where the patient lies while the centre is recorded is where the labels are.
        double Place(int frequency) => movements.Where(movement => movement.Line <= frequency).Sum(movement => movement.Way);
        var rest = Place(0);
        for (var channel = 0; channel < patch.Shape.Channels; channel++)
        {
            PhaseLines.Change(patch.Channel(channel), axis, (frequency, real, imaginary) =>
            {
                var (sine, cosine) = Math.SinCos(-2 * Math.PI * frequency * (Place(frequency) - rest) / axis.Count);
                Turn(real, imaginary, (float)cosine, (float)sine);
            });
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults()
        => Limits.Faults(this, (nameof(MaximumCount), MaximumCount, 1, 16), (nameof(MaximumShift), MaximumShift, 0, 100));

    private static void Turn(Span<float> real, Span<float> imaginary, float cosine, float sine)
    {
        for (var i = 0; i < real.Length; i++)
        {
            var (a, b) = (real[i], imaginary[i]);
            real[i] = (a * cosine) - (b * sine);
            imaginary[i] = (a * sine) + (b * cosine);
        }
    }
}
