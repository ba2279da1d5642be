using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>What a planned model predicts and with which configurations: all that scoring needs beside the networks.</summary>
public sealed record PlannedEnsemble
{
    /// <summary>Output channels in order: classes, whose values are written, or regions, which may overlap.</summary>
    public required IReadOnlyList<PlannedOutput> Outputs { get; init; }

    /// <summary>
    /// True if each output is a region of its own (logistic), and a later one overwrites those before; false if one class is chosen
    /// (softmax).
    /// </summary>
    public bool HasRegions { get; init; }

    /// <summary>Label values of the training data that each region consists of, in the order of <see cref="Outputs"/>.</summary>
    /// <value>Default: null, for classes and where unknown. Scoring does not need it; other software that trains further does.</value>
    public IReadOnlyList<IReadOnlyList<int>>? RegionLabels { get; init; }

    /// <summary>Configurations whose probabilities are averaged.</summary>
    public required IReadOnlyList<PlannedMember> Members { get; init; }

    /// <summary>Steps that predicted labels go through at the end; null for none.</summary>
    [JsonConverter(typeof(PostProcessingJson))]
    public PostProcessingPlan? PostProcessing { get; init; }

    /// <summary>Where the model came from, in words.</summary>
    public string Origin { get; init; } = "";

    /// <summary>Fails for a description that cannot be followed.</summary>
    /// <exception cref="ArgumentException">Names every fault.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(Members.Count is < 1 or > 64, $"There are {Members.Count} configurations; there must be 1 to 64.");
        faults.Add(
            Outputs.Count < (HasRegions ? 1 : 2),
            $"There are {Outputs.Count} outputs; there must be at least {(HasRegions ? 1 : 2)}."
        );
        faults.Add(
            Outputs.Any(output => output.Value is < 0 or > LabelClass.MaximumValue),
            $"The outputs have the label values [{string.Join(", ", Outputs.Select(output => output.Value))}]; they must be 0 to "
                + $"{LabelClass.MaximumValue}."
        );
        faults.Add(
            RegionLabels is not null && (!HasRegions || RegionLabels.Count != Outputs.Count),
            $"There are labels of {RegionLabels?.Count} regions and {Outputs.Count} outputs{(HasRegions ? "" : ", which are no regions")}."
        );
        foreach (var member in Members)
        {
            foreach (var fault in member.Faults())
            {
                faults.Add(true, fault);
            }

            faults.Add(
                member.OutputChannels != Outputs.Count,
                $"{member.Name} has {member.OutputChannels} output channels; there are {Outputs.Count} outputs."
            );
        }

        faults.Add(
            Members.Select(member => member.Preprocessing.Channels.Count).Distinct().Count() > 1,
            "The configurations take different numbers of image channels.");
        faults.ThrowIfAny("the planned model");
        foreach (var member in Members)
        {
            for (var stage = member; stage is not null; stage = stage.PreviousStage)
            {
                stage.Preprocessing.Validate();
            }
        }
    }

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    /// <summary>Label values that the model can write, with their names: background first where no output names it.</summary>
    internal IReadOnlyList<LabelClass> Classes
        => [.. (Outputs.Any(output => output.Value == 0) ? [] : new[] { new LabelClass(0, "background") })
            .Concat(Outputs.Select(output => new LabelClass(output.Value, output.Name))).DistinctBy(c => c.Value).OrderBy(c => c.Value)];
}

/// <summary>One output channel.</summary>
/// <param name="Name">Name of the class or region.</param>
/// <param name="Value">The label value that its voxels get.</param>
public sealed record PlannedOutput(string Name, int Value);
