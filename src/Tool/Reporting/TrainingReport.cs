using System.Text.Json.Nodes;
using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace MedSeg.Reporting;

/// <summary>
/// Keeps a training as files that are written anew after every epoch: training.json for programs, training.html for people.
/// </summary>
/// <param name="folder">Where.</param>
/// <param name="dataset">Names the data and the classes.</param>
/// <param name="training">The cases to learn from.</param>
/// <param name="validation">The cases that choose the best epoch; null for none.</param>
/// <param name="options">The options of the training.</param>
internal sealed class TrainingReport(
    string folder,
    SegmentationDataset dataset,
    SegmentationDataset training,
    SegmentationDataset? validation,
    SegmentationTrainer.Options options
)
{
    private readonly List<SegmentationTrainingMetrics> _epochs = [];

    /// <summary>Name and version of the JSON form.</summary>
    public const string Schema = "medseg-training/1";

    /// <summary>The plan, as soon as there is one.</summary>
    public SegmentationPlan? Plan { get; private set; }

    /// <summary>Name of the data set.</summary>
    public string Dataset => dataset.Name;

    /// <summary>Names of the structures, in the order of their Dice.</summary>
    public IReadOnlyList<string> Structures => dataset.Regions.Count > 0
        ? [.. dataset.Regions.Select(region => region.Name)]
        : [.. dataset.Classes.Where(c => c.Value != 0 && !c.IsIgnored).Select(c => c.Name)];

    /// <summary>The epochs so far.</summary>
    public IReadOnlyList<SegmentationTrainingMetrics> Epochs => _epochs;

    /// <summary>Cases to learn from and to validate on.</summary>
    public (int Training, int Validation) Cases => (training.Cases.Count, validation?.Cases.Count ?? 0);

    /// <summary>Notes the plan.</summary>
    public void TakePlan(SegmentationPlan plan) => Plan = plan;

    /// <summary>Adds an epoch and writes both files.</summary>
    public void Add(SegmentationTrainingMetrics epoch)
    {
        _epochs.Add(epoch);
        WholeFile.Write(Path.Combine(folder, "training.json"), Report.ToJson(ToJson()));
        WholeFile.Write(Path.Combine(folder, "training.html"), TrainingPage.Of(this));
    }

    private object ToJson() => new
    {
        schema = Schema,
        dataset = dataset.Name,
        structures = Structures,
        training = training.Cases.Select(one => one.Id),
        validation = validation?.Cases.Select(one => one.Id) ?? [],
        options = JsonNode.Parse(options.ToJson()),
        plan = Plan is null ? null : JsonNode.Parse(Plan.ToJson()),
        epochs = _epochs.Select(epoch => new
        {
            epoch.Epoch,
            epoch.MaxEpoch,
            epoch.Loss,
            epoch.LearningRate,

            // JSON has no number for a class that no case holds.
            validationDice = epoch.ValidationDice.Select(dice => double.IsNaN(dice) ? (double?)null : dice),
            epoch.IsBest,
            epoch.Seconds,
            epoch.StepsPerSecond,
            epoch.WaitedShare,
        }),
    };
}
