namespace Microsoft.ML.MedicalSegmentation.Benchmarks.Predictor;

/// <summary>A model folder of nnU-Net and the cases that it is run on.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Folder">The folder, below nnunet/model.</param>
/// <param name="Folds">Its folds.</param>
/// <param name="Inputs">The folder of the images, below nnunet/predictions.</param>
internal sealed record GoldenModel(string Name, string Folder, string[] Folds, string Inputs)
{
    private const string Hippocampus = "Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__";

    public static IReadOnlyList<GoldenModel> All { get; } =
    [
        new("3d_fullres", $"{Hippocampus}3d_fullres", ["0"], "inputs"),
        new("3d_fullres, 2 folds", $"{Hippocampus}3d_fullres", ["0", "1"], "inputs"),
        new("2d", $"{Hippocampus}2d", ["0"], "inputs"),
        new("anisotropic, 2 channels, regions", "Dataset005_HippoAniso/nnUNetTrainer__nnUNetPlans__3d_fullres", ["0"], "aniso_inputs"),
    ];

    /// <summary>Cases by name, each with the files of its channels.</summary>
    public IReadOnlyList<(string Case, IReadOnlyList<string> Channels)> Cases(string golden) =>
        [
            .. Directory
                .GetFiles(Path.Combine(golden, "nnunet", "predictions", Inputs), "*.nii.gz")
                .Order(StringComparer.Ordinal)
                .GroupBy(path => Path.GetFileName(path)[..^"_0000.nii.gz".Length])
                .Select(group => (group.Key, (IReadOnlyList<string>)[.. group])),
        ];

    /// <summary>Imports the model and writes it as a zip that takes image files.</summary>
    public void Import(string golden, bool mirroring, string zip)
    {
        var context = new MLContext();
        var medical = context.MedicalSegmentation();
        var imported = medical.Models.ImportNnUNet(
            Path.Combine(golden, "nnunet", "model", Folder),
            new() { Folds = Folds, Mirroring = mirroring }
        );
        var (_, channels) = Cases(golden)[0];
        var rows = new SegmentationDataset("input", [new SegmentationCase("case", [.. channels], null)]).ToDataView(context);
        medical.SaveModel(imported, rows.Schema, zip);
    }
}
