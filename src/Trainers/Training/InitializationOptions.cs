using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Texts;
using Microsoft.ML.MedicalSegmentation.Training;
using Microsoft.ML.MedicalSegmentation.Weights;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Weights to start from, and weights to leave as they are: <see cref="SegmentationTrainer.Options.Initialization"/>.</summary>
public sealed record InitializationOptions
{
    /// <summary>
    /// Weights to start from: a safetensors file, a PyTorch checkpoint (.pth, .pt, .bin), what <see cref="ExportOptions.WeightsPath"/>
    /// wrote, or what
    /// <see cref="PretrainedEncoder.Save"/> wrote, of which the weights that fit are loaded; the log lists what was not.
    /// </summary>
    /// <value>Default: null, random weights. A file none of whose weights fits is refused.</value>
    public string? WeightsPath { get; init; }

    /// <summary>Which of those weights may differ or are left out, such as a head for other classes.</summary>
    /// <value>Default: none; names and sizes must all agree.</value>
    public WeightLoadingOptions Loading { get; init; } = new();

    /// <summary>
    /// Weights that training leaves as they are, by name: <c>["conv*", "center.*"]</c>. A star stands for any letters, a question mark for
    /// one.
    /// </summary>
    /// <value>
    /// Names are those of the original code, as in weights files. The optimiser does not change a frozen weight; a batch norm all of whose
    /// weights are frozen keeps its running statistics and normalises by them. Default: none.
    /// </value>
    public IReadOnlyList<string> FreezePatterns { get; init; } = [];

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    /// <summary>Builds a network with the weights to start from.</summary>
    /// <param name="options">The network.</param>
    /// <param name="log">Takes what was loaded.</param>
    /// <param name="warn">Takes that a pre-trained encoder does not fit whole.</param>
    /// <exception cref="ArgumentException">The network lacks a weight that is named, or the file does not fit it.</exception>
    internal Network CreateNetwork(NetworkOptions options, Action<string> log, Action<string> warn)
    {
        var network = options.CreateNetwork();
        try
        {
            Require(network);
            if (WeightsPath is not null)
            {
                var file = WeightsFile.Read(WeightsPath);
                var report = network.LoadWeights(file, Loading);
                var isEncoder = EncoderFile.IsEncoder(file);
                var isDoubtful = isEncoder && report.Unexpected.Count + report.Mismatched.Count > 0;
                (isDoubtful ? warn : log)($"{(isEncoder ? "Pre-trained encoder: " : "")}{report}");
            }

            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Fails for names of weights that a network lacks.</summary>
    /// <exception cref="ArgumentException">It lacks one; the message lists every one.</exception>
    internal void Require(Network network)
    {
        List<string> faults = [.. FrozenWeights.Faults(network, FreezePatterns), .. WeightLoader.Faults(network, Loading)];
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", faults));
        }
    }

    internal void AddFaults(OptionFaults faults)
    {
        faults.Add(
            FreezePatterns.Any(string.IsNullOrWhiteSpace),
            "A pattern of Initialization.FreezePatterns is empty; give the name of a weight, in which * stands for any letters.");
        faults.Add(
            WeightsPath is null && Loading.Skip.Count > 0,
            $"Initialization.Loading.Skip names {string.Join(", ", Loading.Skip)}, but "
                + "Initialization.WeightsPath is missing. Give the file to start from."
        );
        faults.Add(
            WeightsPath is not null && !File.Exists(WeightsPath),
            $"Initialization.WeightsPath is '{WeightsPath}', where there is no file. Leave it out to start from random weights.");
        faults.AddAll(Loading.Faults());
    }
}
