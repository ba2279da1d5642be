namespace Microsoft.ML.MedicalSegmentation.Import.NnUNet;

/// <summary>The files of a model folder.</summary>
/// <param name="path">TRAINER__PLANS__CONFIGURATION, with plans.json, dataset.json and fold_0, fold_1, ... or fold_all.</param>
/// <param name="checkpointName">Name of the checkpoint in each fold's folder.</param>
internal sealed class NnUNetFolder(string path, string checkpointName)
{
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));

    public string Path => path;

    public string Plans => Require("plans.json");

    public string Dataset => Require("dataset.json");

    /// <summary>The checkpoints of folds.</summary>
    /// <param name="folds">Numbers or "all"; empty for every numbered fold, or "all" where there is none.</param>
    /// <exception cref="FileNotFoundException">One is missing; says which folds there are.</exception>
    public IReadOnlyList<string> Checkpoints(IReadOnlyList<string> folds)
    {
        var there = Directory.EnumerateDirectories(path, "fold_*")
            .Where(folder => File.Exists(System.IO.Path.Combine(folder, checkpointName)))
            .Select(folder => System.IO.Path.GetFileName(folder)["fold_".Length..])
            .Where(fold => fold == "all" || int.TryParse(fold, out _))
            .OrderBy(fold => int.TryParse(fold, out var number) ? number : int.MaxValue).ToList();
        var numbered = there.Where(fold => fold != "all").ToList();
        IReadOnlyList<string> wanted = folds.Count > 0 ? folds : numbered.Count > 0 ? numbered : there;
        if (wanted.Count == 0 || wanted.Any(fold => !there.Contains(fold)))
        {
            throw new FileNotFoundException(
                $"The model folder '{path}' has no {checkpointName} of "
                    + $"{(wanted.Count == 0 ? "any fold" : $"fold {string.Join(", ", wanted.Where(fold => !there.Contains(fold)))}")}. It "
                    + $"has {(there.Count == 0 ? "none" : $"folds {string.Join(", ", there)}")}."
            );
        }

        return [.. wanted.Select(fold => System.IO.Path.Combine(path, $"fold_{fold}", checkpointName))];
    }

    /// <summary>The folder of another configuration with the same trainer and plans.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public string Beside(string configuration)
    {
        var parts = Name.Split("__");
        var parent = System.IO.Path.GetDirectoryName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path))) ?? "";
        var other = System.IO.Path.Combine(parent, string.Join("__", parts.SkipLast(1).Append(configuration)));
        return Directory.Exists(other)
            ? other
            : throw new DirectoryNotFoundException(
                $"The model '{Name}' refines the labels of {configuration}, and there is no folder '{other}'. Name it with "
                    + "PreviousStageFolder (medseg import nnunet --previous FOLDER)."
            );
    }

    private string Require(string name)
    {
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException(
                $"There is no model folder '{path}'. Give the folder that holds plans.json, dataset.json and fold_0."
            );
        }

        var file = System.IO.Path.Combine(path, name);
        return File.Exists(file)
            ? file
            : throw new FileNotFoundException(
                $"The model folder '{path}' has no {name}. Give the folder TRAINER__PLANS__CONFIGURATION "
                    + "that holds plans.json, dataset.json and fold_0.",
                file
            );
    }
}
