using System.Globalization;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Uploads;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Jobs;

/// <summary>
/// The folder of one job: its order, its upload, how far it is, and its outcome, which is written once whoever writes it.
/// </summary>
internal sealed class JobFolder(string path)
{
    private const string OrderFile = "order.json";
    private const string OutcomeFile = "outcome.json";
    private const string ProgressFile = "progress";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>The folder itself.</summary>
    public string Path => path;

    /// <summary>Where the upload lies.</summary>
    public string Input => System.IO.Path.Combine(path, "input");

    /// <summary>The order; null until it is complete.</summary>
    public JobOrder? Order => Read<JobOrder>(OrderFile);

    /// <summary>The outcome; null until there is one.</summary>
    public JobOutcome? Outcome => Read<JobOutcome>(OutcomeFile);

    /// <summary>Writes the order, after the upload is whole.</summary>
    public void Write(JobOrder order) => Put(OrderFile, JsonSerializer.Serialize(order, Format), once: true);

    /// <summary>Writes the outcome; false where there is one already.</summary>
    public bool TryFinish(JobOutcome outcome) => Put(OutcomeFile, JsonSerializer.Serialize(outcome, Format), once: true);

    /// <summary>Notes how far the scoring is.</summary>
    public void Report(double share) => Put(ProgressFile, share.ToString("R", CultureInfo.InvariantCulture), once: false);

    /// <summary>A name for a file of labels that no other attempt has.</summary>
    public static string NewLabelsFile() => $"labels-{Guid.NewGuid():N}.nii.gz";

    /// <summary>A file of the job.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(path, name);

    /// <summary>What clients are told.</summary>
    public JobDocument? Describe()
    {
        if (Order is not { } order)
        {
            return null;
        }

        var outcome = Outcome;
        var progress = PathOf(ProgressFile);
        var isRunning = File.Exists(progress);
        var share =
            outcome?.State == JobState.Succeeded ? 1
            : isRunning && double.TryParse(ReadText(progress), CultureInfo.InvariantCulture, out var number) ? number
            : 0;
        return new(
            order.Id,
            order.Model,
            outcome?.State ?? (isRunning ? JobState.Running : JobState.Queued),
            share,
            order.Created,
            outcome?.Finished,
            outcome?.Fault
        )
        {
            Segments = outcome?.Segments ?? [],
            Warnings = outcome?.Warnings ?? [],
            ModelVersion = outcome?.Algorithm?.Version,
            Results =
                outcome?.State != JobState.Succeeded
                    ? new Dictionary<string, string>()
                    : ResultFormat
                        .All.Where(format => outcome.IsDicom || !format.NeedsSeries)
                        .Select(format => format.Key)
                        .Concat(outcome.DoubtFile is null ? [] : [JobOutcome.DoubtFormat])
                        .ToDictionary(key => key, key => $"result?format={key}"),
        };
    }

    /// <summary>The scored labels with their classes, and the image's paths.</summary>
    public (LabelVolume Labels, UploadedCase Upload) ReadResult(JobOutcome outcome, SegmentationServiceOptions options)
    {
        var upload = UploadedCase.Find(Input, null, Order?.Series, options, default);
        LabelClass[] classes = [LabelClass.Unnamed(0), .. outcome.Segments.Select(s => new LabelClass(s.Label, s.Name))];
        return (VolumeFormats.OpenLabels(PathOf(outcome.LabelsFile ?? ""), classes), upload);
    }

    /// <summary>Removes everything; what is open elsewhere goes with the next cleaning.</summary>
    public void Delete()
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A result may be being sent.
        }
    }

    private T? Read<T>(string name)
        where T : class
        => File.Exists(PathOf(name)) ? JsonSerializer.Deserialize<T>(ReadText(PathOf(name)), Format) : null;

    private static string ReadText(string file)
    {
        // Another process may put a new version at its place meanwhile.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private bool Put(string name, string text, bool once)
    {
        var temporary = PathOf($".{Guid.NewGuid():N}.tmp");
        try
        {
            File.WriteAllText(temporary, text);
            File.Move(temporary, PathOf(name), overwrite: !once);
            return true;
        }
        catch (IOException) when (once && File.Exists(PathOf(name)))
        {
            File.Delete(temporary);
            return false;
        }
    }
}
