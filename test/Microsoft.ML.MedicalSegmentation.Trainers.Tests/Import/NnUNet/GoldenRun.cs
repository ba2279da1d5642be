namespace Microsoft.ML.MedicalSegmentation.Import.NnUNet;

/// <summary>A folder of predictions that nnU-Net's own predictor made: CONFIGURATION_FOLDS_tta or _notta.</summary>
internal sealed record GoldenRun(string Name)
{
    private const string Predictions = "nnunet/predictions";
    private const string Trainer = "nnUNetTrainer__nnUNetPlans__";

    private static readonly Dictionary<string, string[]> Models = new()
    {
        ["3d_fullres"] = [$"Dataset004_Hippocampus/{Trainer}3d_fullres"],
        ["2d"] = [$"Dataset004_Hippocampus/{Trainer}2d"],
        ["resenc"] = ["Dataset004_Hippocampus/nnUNetTrainer__nnUNetResEncUNetMPlans__3d_fullres"],
        ["aniso"] = [$"Dataset005_HippoAniso/{Trainer}3d_fullres"],
        ["lowres"] = [$"Dataset006_HippoCascade/{Trainer}3d_lowres"],
        ["cascade"] = [$"Dataset006_HippoCascade/{Trainer}3d_cascade_fullres"],
        ["ensemble_3d_and_2d"] = [$"Dataset004_Hippocampus/{Trainer}3d_fullres", $"Dataset004_Hippocampus/{Trainer}2d"],
    };

    /// <summary>Every run of the golden folder; one of no name where there is none.</summary>
    public static IReadOnlyList<string> Names
    {
        get
        {
            var folder = Path.Combine(TestData.GoldenFolder, Predictions);
            var runs = Directory.Exists(folder)
                ? Directory.GetDirectories(folder, "*_fold*").Select(run => Path.GetFileName(run)).Order(StringComparer.Ordinal).ToList()
                : [];
            return runs.Count > 0 ? runs : [""];
        }
    }

    public IReadOnlyList<string> ModelFolders
        => Models.TryGetValue(Name[..Math.Max(0, Name.LastIndexOf("_fold", StringComparison.Ordinal))], out var folders)
            ? [.. folders.Select(folder => TestData.RequireGolden($"nnunet/model/{folder}"))]
            : throw new AssertInconclusiveException($"There is no model for the run '{Name}' of the golden folder.");

    public NnUNetImportOptions Options => new()
    {
        Folds = Name.Split('_').Single(part => part.StartsWith("fold", StringComparison.Ordinal)) switch
        {
            "foldall" => ["all"],
            var folds => [.. folds.TrimStart("folds".ToCharArray()).Select(fold => fold.ToString())],
        },
        Mirroring = !Name.EndsWith("_notta", StringComparison.Ordinal),
        ProbabilitiesColumnName = "Probabilities",
    };

    public IReadOnlyList<string> Cases =>
        [
            .. Directory
                .GetFiles(PathOf(""), "*.nii.gz")
                .Select(path => Path.GetFileName(path)[..^".nii.gz".Length])
                .Order(StringComparer.Ordinal),
        ];

    public Volume Labels(string name) => VolumeFormats.Open(PathOf($"{name}.nii.gz"));

    /// <summary>[output, depth, height, width] in half precision; null where the run has none.</summary>
    public float[]? Probabilities(string name)
    {
        var path = Path.Combine(PathOf(""), $"{name}_prob_f16.npz");
        return File.Exists(path) ? NumPyArray.Read(path, "probabilities").ToSingle() : null;
    }

    /// <summary>The channels of a case.</summary>
    public static string[] Inputs(string name)
        => [.. Directory.GetDirectories(TestData.RequireGolden(Predictions), "*inputs")
            .SelectMany(folder => Directory.GetFiles(folder, $"{name}_*.nii.gz")).Order(StringComparer.Ordinal)];

    private string PathOf(string relative) => TestData.RequireGolden($"{Predictions}/{Name}/{relative}");
}
