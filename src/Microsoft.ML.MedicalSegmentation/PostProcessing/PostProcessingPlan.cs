using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.PostProcessing;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Steps that predicted labels go through, one after another.</summary>
/// <remarks>Memory: one copy of the labels and 16 bytes for each run of equal voxels.</remarks>
public sealed record PostProcessingPlan
{
    // The list: what a step is called in JSON.
    private static readonly (string Key, Type Type)[] Kinds =
    [
        ("keep-largest-component", typeof(KeepLargestComponent)),
        ("remove-small-components", typeof(RemoveSmallComponents)),
        ("fill-holes", typeof(FillHoles)),
        ("smooth-labels", typeof(SmoothLabels)),
        ("remove-detached", typeof(RemoveDetached)),
    ];

    private static readonly JsonSerializerOptions Json = MakeJsonOptions();

    /// <summary>Makes a plan.</summary>
    /// <param name="steps">The steps in their order; none leaves labels as they are.</param>
    /// <exception cref="ArgumentException">A step's options cannot be used; lists all faults.</exception>
    [JsonConstructor]
    public PostProcessingPlan(params IReadOnlyList<PostProcessingStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var faults = new OptionFaults();
        foreach (var step in steps)
        {
            foreach (var fault in step?.Faults() ?? ["A step is null."])
            {
                faults.Add(true, $"{step?.GetType().Name}: {fault}");
            }
        }

        faults.ThrowIfAny("post-processing");
        Steps = [.. steps];
    }

    /// <summary>The steps in their order.</summary>
    public IReadOnlyList<PostProcessingStep> Steps { get; }

    /// <summary>Reads what <see cref="ToJson"/> writes.</summary>
    /// <exception cref="ArgumentException">The text is not a plan, or its options cannot be used.</exception>
    public static PostProcessingPlan FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<PostProcessingPlan>(json, Json) ?? throw new JsonException("It is null.");
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException)
        {
            throw new ArgumentException(
                $"This is not a post-processing plan: {fault.Message} Steps are {string.Join(", ", Kinds.Select(kind => kind.Key))}.",
                nameof(json),
                fault
            );
        }
    }

    /// <summary>Chooses the steps that help on validation cases, as nnU-Net does.</summary>
    /// <remarks>
    /// Candidates are tried in their order, each after those that were kept. One is kept if the mean over classes of the mean Dice rises
    /// and no class's mean falls. A step that changes nothing is not kept, as the cases say nothing for it. Isensee et al. 2021,
    /// https://doi.org/10.1038/s41592-020-01008-z.
    /// </remarks>
    /// <param name="cases">
    /// Truth and prediction of cases that the model was not trained on; read once for each candidate and once before, one at a time.
    /// </param>
    /// <param name="candidates">Default: the largest region of all foreground, then of each class that occurs.</param>
    /// <exception cref="ArgumentException">There are no cases, or the volumes of one do not fit.</exception>
    public static PostProcessingPlan Choose(
        IEnumerable<(LabelVolume Truth, LabelVolume Prediction)> cases, IReadOnlyList<PostProcessingStep>? candidates = null)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var best = new PostProcessingPlan();
        var reached = Measure(cases, best);
        candidates ??=
        [
            new KeepLargestComponent(),
            .. reached.Count > 1 ? reached.Keys.Order().Select(label => new KeepLargestComponent { Labels = [label] }) : [],
        ];
        foreach (var candidate in candidates)
        {
            PostProcessingPlan tried = new([.. best.Steps, candidate]);
            var now = Measure(cases, tried);
            if (now.Values.Average() > reached.Values.Average() && reached.All(before => now.GetValueOrDefault(before.Key) >= before.Value))
            {
                (best, reached) = (tried, now);
            }
        }

        return best;
    }

    /// <summary>The labels after all steps; the volume itself if there are none.</summary>
    public LabelVolume Apply(LabelVolume labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (Steps.Count == 0)
        {
            return labels;
        }

        var buffer = new LabelBuffer(labels);
        foreach (var step in Steps)
        {
            step.Run(buffer);
        }

        return buffer.ToVolume();
    }

    /// <summary>The plan as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The steps' names.</summary>
    public override string ToString() =>
        Steps.Count == 0 ? "no post-processing" : string.Join(", ", Steps.Select(step => step.GetType().Name));

    // Mean Dice by label over the cases that have it in truth or prediction.
    private static Dictionary<int, double> Measure(IEnumerable<(LabelVolume Truth, LabelVolume Prediction)> cases, PostProcessingPlan plan)
    {
        SegmentationEvaluator? evaluator = null;
        var count = 0;
        foreach (var (truth, prediction) in cases)
        {
            evaluator ??= SegmentationEvaluator.Of(truth);
            evaluator.Add(truth, plan.Apply(prediction), $"case {count++}");
        }

        return evaluator is not null
            ? evaluator.ToMetrics().Classes.Where(c => !double.IsNaN(c.Dice)).ToDictionary(c => c.Class.Value, c => c.Dice)
            : throw new ArgumentException("There are no cases to choose by.", nameof(cases));
    }

    private static JsonSerializerOptions MakeJsonOptions()
    {
        var resolver = new DefaultJsonTypeInfoResolver();
        resolver.Modifiers.Add(type =>
        {
            if (type.Type == typeof(PostProcessingStep))
            {
                type.PolymorphismOptions = new()
                {
                    TypeDiscriminatorPropertyName = "step",
                    UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization,
                };
                foreach (var (key, kind) in Kinds)
                {
                    type.PolymorphismOptions.DerivedTypes.Add(new(kind, key));
                }
            }
        });
        return new()
        {
            TypeInfoResolver = resolver,
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
        };
    }
}
