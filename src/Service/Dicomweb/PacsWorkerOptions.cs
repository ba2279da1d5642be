namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>Which series of a PACS a worker scores, and what it stores.</summary>
public sealed class PacsWorkerOptions
{
    /// <summary>The DICOMweb root, such as https://pacs/dicom-web.</summary>
    public Uri? Root { get; set; }

    /// <summary>The model, by its name in <see cref="SegmentationServiceOptions.Models"/>; null where there is one.</summary>
    public string? Model { get; set; }

    /// <summary>The modality of series to score.</summary>
    /// <value>Default "CT".</value>
    public string Modality { get; set; } = "CT";

    /// <summary>Words of which the series description must hold one, whatever its case.</summary>
    /// <value>Default empty: every description.</value>
    public IReadOnlyList<string> DescriptionHas { get; set; } = [];

    /// <summary>The fewest images of a series.</summary>
    /// <value>Default 10: localizers are left out.</value>
    public int MinimumInstances { get; set; } = 10;

    /// <summary>How many days back studies are looked at; null for all.</summary>
    /// <value>Default 2.</value>
    public int? DaysBack { get; set; } = 2;

    /// <summary>How often the PACS is asked. A series is scored when it has as many images as at the time before.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a measurement report is stored beside the segmentation.</summary>
    /// <value>Default true.</value>
    public bool StoreReport { get; set; } = true;

    /// <summary>A bearer token for the PACS; null for none.</summary>
    public string? BearerToken { get; set; }

    /// <summary>Fails for options out of range, all at once.</summary>
    internal void Validate()
    {
        string?[] faults =
        [
            Root is { IsAbsoluteUri: true, Scheme: "http" or "https" }
                ? null
                : $"{nameof(Root)} is '{Root}'; it must be an absolute address of http or https",
            string.IsNullOrWhiteSpace(Modality) ? $"{nameof(Modality)} is empty" : null,
            Interval > TimeSpan.Zero ? null : $"{nameof(Interval)} is {Interval}; it must be above 0",
            MinimumInstances >= 1 ? null : $"{nameof(MinimumInstances)} is {MinimumInstances}; it must be at least 1",
            DaysBack is null or >= 0 ? null : $"{nameof(DaysBack)} is {DaysBack}; it must be 0 or more",
        ];
        if (faults.Any(fault => fault is not null))
        {
            throw new ArgumentException($"The options of the PACS worker are wrong: {string.Join("; ", faults.OfType<string>())}.");
        }
    }
}
