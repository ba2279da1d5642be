namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Puts planned models into pipelines.</summary>
internal static class PlannedSegmentation
{
    /// <summary>
    /// A transformer that segments a column of volumes: prepares each as in training, runs every network, and returns to the volume's grid.
    /// </summary>
    /// <param name="context">Gives the device and the log.</param>
    /// <param name="ensemble">What is predicted, and by which configurations.</param>
    /// <param name="networks">
    /// ONNX files: those of each member in turn, of its earlier stages after it. The caller must not change them afterwards.
    /// </param>
    /// <param name="outputColumnName">The column of label volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes, as they were loaded.</param>
    /// <param name="probabilitiesColumnName">The column of probabilities that is added, one channel per output. Default: none.</param>
    /// <param name="settings">Threads, overlap and limits. Default: the defaults. Resampling is that of the plan.</param>
    /// <exception cref="ArgumentException">The description is impossible, or there is another number of networks.</exception>
    public static PlannedTransformer Create(
        MLContext context,
        PlannedEnsemble ensemble,
        IReadOnlyList<byte[]> networks,
        string outputColumnName = "PredictedLabel",
        string inputColumnName = "Image",
        string? probabilitiesColumnName = null,
        ScoringSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(ensemble);
        ArgumentNullException.ThrowIfNull(networks);
        string[] outputs = probabilitiesColumnName is null ? [outputColumnName] : [outputColumnName, probabilitiesColumnName];
        var function = new PlannedScoring(
            new(ensemble, settings ?? new(), probabilitiesColumnName is not null),
            networks,
            () => ScoringDevice.Of(context),
            new ScoringLog(context).Warn
        );
        return new(function, inputColumnName, outputs);
    }
}
