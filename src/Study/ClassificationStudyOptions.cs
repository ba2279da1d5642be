using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>What a <see cref="ClassificationStudy"/> compares, and how it trains.</summary>
public sealed record ClassificationStudyOptions
{
    /// <summary>Keys of the attention blocks, in the order of the tables; the network without any always comes first.</summary>
    /// <value>Default: all of <see cref="AttentionBlockList"/> that need no skip connection.</value>
    public IReadOnlyList<string> Blocks { get; init; } =
    [.. AttentionBlockList.All.Where(entry => entry.Factory is not null).Select(entry => entry.Key)];

    /// <summary>The residual network that gets the blocks, each at its paper's places.</summary>
    /// <value>Default: ResNet-18 of width 16. AttentionBlock must be left out.</value>
    public ResNetOptions Network { get; init; } = new() { Width = 16 };

    /// <summary>Options of every training; network and seed are the study's own.</summary>
    public ClassificationTrainer.Options Training { get; init; } = new();

    /// <summary>Seeds of initial weights, order and changes of images; every block is trained once with each.</summary>
    /// <value>At least one, all different; default 0, 1 and 2.</value>
    public IReadOnlyList<int> Seeds { get; init; } = [0, 1, 2];

    /// <summary>
    /// Folder for the state of every training and for what it gave to the test images, from which the same study continues after a stop;
    /// made if it is missing.
    /// </summary>
    /// <value>
    /// Default: null, nothing is kept. What finished trainings gave is taken from there as long as options and test labels are the same;
    /// <see cref="ModelCallback"/> is not called for them.
    /// </value>
    public string? CheckpointFolder { get; init; }

    /// <summary>Takes a line after each training.</summary>
    public Action<ClassificationStudyRun>? RunCallback { get; init; }

    /// <summary>Takes the model of each training, by block and seed, before it is disposed.</summary>
    public Action<string, int, ClassificationModel>? ModelCallback { get; init; }

    /// <summary>Fails if an option is out of its limits.</summary>
    /// <exception cref="ArgumentException">Lists every such option.</exception>
    public void Validate()
    {
        var faults = Blocks.SelectMany(key => Faults(key)).ToList();
        if (Blocks.Distinct(StringComparer.OrdinalIgnoreCase).Count() < Blocks.Count)
        {
            faults.Add($"Blocks names one twice: {string.Join(", ", Blocks)}.");
        }

        if (Seeds.Count == 0 || Seeds.Distinct().Count() < Seeds.Count)
        {
            faults.Add($"Seeds is [{string.Join(", ", Seeds)}]; give at least one, all different.");
        }

        if (Network.AttentionBlock is not null)
        {
            faults.Add($"Network.AttentionBlock is '{Network.AttentionBlock}'; leave it out, the study puts every block in.");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException($"The study cannot be done: {string.Join(" ", faults)}");
        }

        (Training with { Network = Network with { AttentionPlace = null } }).Validate();
    }

    private IEnumerable<string> Faults(string key)
    {
        var entry = AttentionBlockList.All.FirstOrDefault(known => string.Equals(known.Key, key, StringComparison.OrdinalIgnoreCase));
        if (entry?.Factory is null)
        {
            yield return $"Blocks has '{key}'; blocks of residual networks: "
                + $"{string.Join(", ", AttentionBlockList.All.Where(known => known.Factory is not null).Select(known => known.Key))}.";
        }
    }
}
