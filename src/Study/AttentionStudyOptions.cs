using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>What an <see cref="AttentionStudy"/> compares, and how it trains.</summary>
public sealed record AttentionStudyOptions
{
    /// <summary>Keys of the attention blocks, in the order of the tables; the network without any always comes first.</summary>
    /// <value>Default: all of <see cref="AttentionBlockList"/>.</value>
    public IReadOnlyList<string> Blocks { get; init; } = [.. AttentionBlockList.All.Select(entry => entry.Key)];

    /// <summary>The U-Net that gets the blocks, each at its own places unless AttentionPlaces says otherwise for all.</summary>
    /// <value>Default: plain, width 16, depth 4, one head. AttentionBlock must be left out.</value>
    public UNetOptions Network { get; init; } = new() { Width = 16, Depth = 4, DeepSupervision = false };

    /// <summary>Options of every training; network and seed are the study's own.</summary>
    /// <value>Default: <see cref="TrainingRecipes.SmallVolumes"/>.</value>
    public SegmentationTrainer.Options Training { get; init; } = TrainingRecipes.SmallVolumes.Options;

    /// <summary>Seeds of initial weights, order and patches; every block is trained once with each.</summary>
    /// <value>At least one, all different; default 0, 1 and 2.</value>
    public IReadOnlyList<int> Seeds { get; init; } = [0, 1, 2];

    /// <summary>
    /// Folder for the state of every training, from which the same study continues after a stop; see <see cref="CheckpointOptions.Path"/>.
    /// </summary>
    /// <value>
    /// Made if it is missing. Default: null, nothing is kept. States stay when the study is over: the same study then only measures again,
    /// and one with more blocks or seeds trains what is new. A state of other data or options is refused.
    /// </value>
    public string? CheckpointFolder { get; init; }

    /// <summary>Takes a line after each training.</summary>
    public Action<AttentionStudyRun>? RunCallback { get; init; }

    /// <summary>Fails if an option is out of its limits.</summary>
    /// <exception cref="ArgumentException">Lists every such option.</exception>
    public void Validate()
    {
        var faults = Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException($"The study cannot be done: {string.Join(" ", faults)}");
        }

        // Places without a block are a fault of a network, but here they say where each block is to stand.
        (Network with { AttentionPlaces = null }).Validate();
    }

    private IEnumerable<string> Faults()
    {
        string[] known = [.. AttentionBlockList.All.Select(entry => entry.Key)];
        foreach (var key in Blocks.Where(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase)))
        {
            yield return $"Blocks has '{key}'; blocks: {string.Join(", ", known)}.";
        }

        if (Blocks.Distinct(StringComparer.OrdinalIgnoreCase).Count() < Blocks.Count)
        {
            yield return $"Blocks names one twice: {string.Join(", ", Blocks)}.";
        }

        if (Seeds.Count == 0 || Seeds.Distinct().Count() < Seeds.Count)
        {
            yield return $"Seeds is [{string.Join(", ", Seeds)}]; give at least one, all different.";
        }

        if (CheckpointFolder is { } folder && (string.IsNullOrWhiteSpace(folder) || File.Exists(folder)))
        {
            yield return $"CheckpointFolder is '{folder}', which is "
                + $"{(string.IsNullOrWhiteSpace(folder) ? "empty" : "a file")}; name a folder, or leave it out.";
        }

        if (Network.AttentionBlock is not null)
        {
            yield return $"Network.AttentionBlock is '{Network.AttentionBlock}'; leave it out, the study puts every block in.";
        }
    }
}
