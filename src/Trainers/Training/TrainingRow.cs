namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>A row of training data.</summary>
/// <param name="Row">Its number, from 0.</param>
/// <param name="Image">The image.</param>
/// <param name="Labels">Its labels, on its grid.</param>
internal readonly record struct TrainingRow(int Row, Volume Image, LabelVolume Labels)
{
    /// <summary>Labels that a stage before has predicted; null where there is no column of them.</summary>
    public LabelVolume? Previous { get; init; }
}
