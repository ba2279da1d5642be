using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a measurement report is written.</summary>
public sealed record DicomMeasurementReportOptions() : DicomObjectOptions("Measurements", 302)
{
    /// <summary>The segmentation object that was written of the same labels; each measurement refers to its segment.</summary>
    /// <value>A path. The standard wants one in a report of volumes.</value>
    public required string Segmentation { get; init; }

    /// <summary>Sentences for the reader, such as warnings of the scoring; each at most 1,024 characters.</summary>
    /// <value>Default empty.</value>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    private protected override IEnumerable<string> Faults()
    {
        if (Source is null)
        {
            yield return $"{nameof(Source)} is missing; a report refers to the images that it measures";
        }

        if (Comments.Any(c => c.Length is 0 or > 1024))
        {
            yield return $"{nameof(Comments)} must have 1 to 1,024 characters each";
        }

        foreach (var fault in base.Faults())
        {
            yield return fault;
        }
    }
}
