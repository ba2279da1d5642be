using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Jobs;

/// <summary>Where a job stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
internal enum JobState
{
    /// <summary>It waits for its turn.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>It is being scored.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Its labels are there.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>It could not be scored; the fault says why.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>A client cancelled it.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}

/// <summary>What a job is about; never changes.</summary>
/// <param name="Id">Its identifier, which cannot be guessed.</param>
/// <param name="Model">The model that scores it.</param>
/// <param name="Series">The Series Instance UID that was chosen; null where there is one.</param>
/// <param name="Created">When it came.</param>
internal sealed record JobOrder(string Id, string Model, string? Series, DateTimeOffset Created);

/// <summary>How a job ended; written once.</summary>
/// <param name="State">Succeeded, failed or cancelled.</param>
/// <param name="Finished">When.</param>
/// <param name="Fault">Why it failed; null unless it did.</param>
internal sealed record JobOutcome(JobState State, DateTimeOffset Finished, JobFault? Fault)
{
    /// <summary>What clients call the file of doubt among the results.</summary>
    public const string DoubtFormat = "doubt";

    /// <summary>The file of labels, in the job's folder; null unless it succeeded.</summary>
    public string? LabelsFile { get; init; }

    /// <summary>The file of doubt, in the job's folder; null where it was not measured.</summary>
    public string? DoubtFile { get; init; }

    /// <summary>Structures with their sizes.</summary>
    public IReadOnlyList<ScoredSegment> Segments { get; init; } = [];

    /// <summary>What the library warned of.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The model with its version and digest.</summary>
    public DicomAlgorithm? Algorithm { get; init; }

    /// <summary>Whether the image was a DICOM series.</summary>
    public bool IsDicom { get; init; }
}

/// <summary>A fault as a job's document has it.</summary>
/// <param name="Status">The status that a synchronous request would have had.</param>
/// <param name="Code">A name for programs.</param>
/// <param name="Fault">"client" or "server".</param>
/// <param name="Detail">What to do.</param>
internal sealed record JobFault(int Status, string Code, string Fault, string Detail);

/// <summary>What clients are told of a job.</summary>
internal sealed record JobDocument(
    string Id,
    string Model,
    JobState State,
    double Progress,
    DateTimeOffset Created,
    DateTimeOffset? Finished,
    JobFault? Error
)
{
    /// <summary>Structures with their sizes; empty until the job has succeeded.</summary>
    public IReadOnlyList<ScoredSegment> Segments { get; init; } = [];

    /// <summary>What the library warned of.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Version of the model: the first twelve characters of its digest.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>The result in each format that it can be had in, by the format's name; relative to the job's address.</summary>
    public IReadOnlyDictionary<string, string> Results { get; init; } = new Dictionary<string, string>();
}
