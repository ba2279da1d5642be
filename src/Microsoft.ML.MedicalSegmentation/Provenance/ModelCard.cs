using System.Globalization;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Where a model comes from and what it is for; kept in its zip and checked against it.</summary>
/// <remarks>
/// Follows Mitchell et al. 2019, Model Cards for Model Reporting, https://arxiv.org/abs/1810.03993. Holds no patient data but the names of
/// cases.
/// </remarks>
public sealed record ModelCard
{
    /// <summary>What the model is called; empty if it has no name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The model's own version; empty if it has none.</summary>
    public string Version { get; init; } = "";

    /// <summary>Who made it; by the author.</summary>
    public string Author { get; init; } = "";

    /// <summary>Licence of the weights, an SPDX identifier; by the author.</summary>
    public string License { get; init; } = "";

    /// <summary>What the model is for; by the author.</summary>
    public string IntendedUse { get; init; } = "";

    /// <summary>What it is not for, and where it fails; by the author.</summary>
    public string Limits { get; init; } = "";

    /// <summary>When the card was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Key of the network, such as "attention-unet".</summary>
    public string Network { get; init; } = "";

    /// <summary>Classes as value and name, in the order of the network's outputs.</summary>
    public IReadOnlyList<CardClass> Classes { get; init; } = [];

    /// <summary>What the training data set is called.</summary>
    public string DataSet { get; init; } = "";

    /// <summary>How cases were split, such as "by patient, seed 0".</summary>
    public string Split { get; init; } = "";

    /// <summary>Cases that the network learnt from, with the digests of their files.</summary>
    public IReadOnlyList<CardCase> TrainingCases { get; init; } = [];

    /// <summary>Cases that chose the weights.</summary>
    public IReadOnlyList<CardCase> ValidationCases { get; init; } = [];

    /// <summary>Cases that <see cref="Results"/> were measured on, unless they are those of validation.</summary>
    public IReadOnlyList<CardCase> TestCases { get; init; } = [];

    /// <summary>What the training images were like; null if unknown.</summary>
    public InputProfile? Inputs { get; init; }

    /// <summary>Flags cases that a person should look at; null if it was not calibrated.</summary>
    public QualityModel? Quality { get; init; }

    /// <summary>The plan with the reasons of its decisions, as JSON; null if there was none.</summary>
    public JsonElement? Plan { get; init; }

    /// <summary>The trainer's options, as JSON; null if unknown.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>How training went.</summary>
    public IReadOnlyList<CardEpoch> History { get; init; } = [];

    /// <summary>What was measured.</summary>
    public IReadOnlyList<CardResult> Results { get; init; } = [];

    /// <summary>The models that an ensemble was made of; empty for a single model.</summary>
    public IReadOnlyList<CardMember> Members { get; init; } = [];

    /// <summary>Versions of the software by name.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>The card of an ensemble: what its members learnt from together, and each member with its own card.</summary>
    /// <remarks>
    /// A case counts as one for training if any member learnt from it. Plan, options and data set are kept where the members agree. Results
    /// are those of the members, each on its own cases; the ensemble itself was not measured. What the author said of a member is not said
    /// of the ensemble.
    /// </remarks>
    /// <param name="members">The members in their order.</param>
    /// <exception cref="ArgumentException">There is no member.</exception>
    public static ModelCard OfEnsemble(IReadOnlyList<CardMember> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (members.Count == 0)
        {
            throw new ArgumentException("There is no member. Give the models that the ensemble was made of.", nameof(members));
        }

        var cards = members.Select(member => member.Card).OfType<ModelCard>().ToList();
        var training = cards.SelectMany(card => card.TrainingCases).Distinct().ToList();
        var profiles = cards.Select(card => card.Inputs).OfType<InputProfile>().ToList();
        return new()
        {
            DataSet = string.Join(", ", cards.Select(card => card.DataSet).Where(name => name.Length > 0).Distinct()),
            Split = $"ensemble of {members.Count} models, each with its own split",
            TrainingCases = training,
            ValidationCases = [.. cards.SelectMany(card => card.ValidationCases).Distinct().Except(training)],
            Inputs =
                profiles.Count > 0
                && profiles.Count == members.Count
                && profiles.TrueForAll(one => one.Channels == profiles[0].Channels && one.Lowest.Count == profiles[0].Lowest.Count)
                    ? InputProfile.Join(profiles, training.Count)
                    : null,
            Plan = Agreed(cards.ConvertAll(card => card.Plan)),
            Options = Agreed(cards.ConvertAll(card => card.Options)),
            Results = [.. cards.SelectMany(card => card.Results)],
            Members = members,
        };
    }

    /// <summary>The metrics of an evaluation as results of a card.</summary>
    /// <param name="metrics">The evaluation.</param>
    /// <param name="set">What its cases are called, such as "test".</param>
    public static IReadOnlyList<CardResult> ResultsOf(SegmentationMetrics metrics, string set)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        CardResult Of(SegmentationMetric metric, string name, MetricSummary summary) => new(
            set, metric.Key, name, Finite(summary.Mean), Finite(summary.Lower), Finite(summary.Upper), summary.Count);
        return
        [
            .. metrics.Metrics.SelectMany(metric =>
                metrics
                    .Classes.Select((c, i) => Of(metric, c.Class.Name, metrics.Summarize(metric.Key, i)))
                    .Prepend(Of(metric, "mean", metrics.Summarize(metric.Key)))
            ),
        ];
    }

    /// <summary>Epochs of a training; losses and Dice that are not finite are unknown.</summary>
    /// <param name="epochs">
    /// Number from 1, mean loss, mean validation Dice, whether its weights were the best so far, seconds since training began.
    /// </param>
    public static IReadOnlyList<CardEpoch> HistoryOf(
        IEnumerable<(int Epoch, double Loss, double ValidationDice, bool IsBest, double Seconds)> epochs
    ) =>
        [
            .. epochs.Select(one => new CardEpoch(
                one.Epoch,
                Finite(one.Loss),
                Finite(one.ValidationDice),
                one.IsBest,
                Math.Round(one.Seconds, 1)
            )),
        ];

    /// <summary>The card as rows of name and value, for tables.</summary>
    public IEnumerable<(string Name, string Value)> ToRows()
    {
        (string, string)[] rows =
        [
            ("name", $"{Name} {Version}".Trim()),
            ("author", Author),
            ("licence", License),
            ("intended use", IntendedUse),
            ("limits", Limits),
            ("made", Created?.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) ?? ""),
            ("network", Network),
            ("classes", string.Join(", ", Classes.Select(c => $"{c.Value} {c.Name}"))),
            ("data set", DataSet),
            ("split", Split),
            (
                "members",
                string.Join(
                    ", ",
                    Members.Select(member => $"{member.Name} (SHA-256 {member.Sha256[..Math.Min(16, member.Sha256.Length)]}…)")
                )
            ),
            ("plan", Plan is { } plan ? PlanName(plan) : ""),
            ("training cases", Describe(TrainingCases)),
            ("validation cases", Describe(ValidationCases)),
            ("test cases", Describe(TestCases)),
            (
                "training",
                History.Count == 0
                    ? ""
                    : $"{History.Count} epochs, {History[^1].Seconds:0} s; weights of epoch "
                        + $"{History.LastOrDefault(epoch => epoch.IsBest)?.Epoch ?? History[^1].Epoch}"
            ),
            ("results", string.Join("; ", Results.Where(result => result.Class == "mean").Select(result => result.ToString()))),
            ("versions", string.Join(", ", Versions.Select(pair => $"{pair.Key} {pair.Value}"))),
        ];
        return rows.Where(row => row.Item2.Length > 0);
    }

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    private static JsonElement? Agreed(List<JsonElement?> values)
        => values.Count > 0 && values.TrueForAll(value => value?.GetRawText() == values[0]?.GetRawText()) ? values[0] : null;

    private static string PlanName(JsonElement plan) =>
        plan.ValueKind == JsonValueKind.Object && plan.TryGetProperty("plansName", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString() ?? ""
            : "as JSON";

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Describe(IReadOnlyList<CardCase> cases)
        => cases.Count == 0 ? "" : $"{cases.Count}, SHA-256 {CardCase.DigestOf(cases)[..16]}…";
}
