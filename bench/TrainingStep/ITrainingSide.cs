namespace TrainingStep;

/// <summary>One of the programs that are compared.</summary>
internal interface ITrainingSide
{
    string Name { get; }

    /// <summary>Trains some steps.</summary>
    /// <returns>Milliseconds of each step.</returns>
    double[] Run(int steps);

    /// <summary>Loss of the last step; equal on all sides, as they compute the same.</summary>
    double Loss { get; }

    /// <summary>The largest memory so far, in MiB.</summary>
    double PeakMemory { get; }
}
