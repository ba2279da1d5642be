using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Import.NnUNet;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;

namespace Microsoft.ML;

/// <summary>Import of other software's models, on <c>mlContext.MedicalSegmentation().Models</c>.</summary>
public static class ImportCatalog
{
    /// <summary>
    /// Brings a trained model of nnU-Net 2 over: preprocessing, networks, mirroring, averaging and export are those of its own predictor.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="folder">
    /// The model folder TRAINER__PLANS__CONFIGURATION, with plans.json, dataset.json and fold_0, ... or fold_all.
    /// </param>
    /// <param name="options">Folds and mirroring. Default: the defaults.</param>
    /// <returns>
    /// A chain that takes "ImagePath" (a vector of paths where there are several channels) and gives "Image" and "PredictedLabel".
    /// </returns>
    /// <remarks>
    /// Only tensors and plain values of checkpoints are read; whatever else they name is refused. Networks are PlainConvUNet and
    /// ResidualEncoderUNet. Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z.
    /// </remarks>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or that of the stage before is missing.</exception>
    /// <exception cref="FileNotFoundException">A file of the folder is missing.</exception>
    /// <exception cref="InputDataException">A file is damaged or does not fit the others.</exception>
    /// <exception cref="NotSupportedException">The model has a network or a cascade that is not supported; says which.</exception>
    public static TransformerChain<ITransformer> ImportNnUNet(
        this SegmentationModelsCatalog catalog,
        string folder,
        NnUNetImportOptions? options = null
    ) => catalog.ImportNnUNet([folder], options);

    /// <inheritdoc cref="ImportNnUNet(SegmentationModelsCatalog, string, NnUNetImportOptions?)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="folders">Model folders of one data set; the probabilities of all are averaged.</param>
    /// <param name="options">Folds and mirroring. Default: the defaults.</param>
    public static TransformerChain<ITransformer> ImportNnUNet(
        this SegmentationModelsCatalog catalog, IReadOnlyList<string> folders, NnUNetImportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(folders);
        options ??= NnUNetImportOptions.Default;
        var context = catalog.Context;
        var (ensemble, networks) = NnUNetImport.Read(folders, options);
        var loading = context.MedicalSegmentation().Transforms.LoadVolumes().Fit(Rows(context, ensemble));
        return new(
            loading,
            PlannedSegmentation.Create(context, ensemble, networks, probabilitiesColumnName: options.ProbabilitiesColumnName)
        );
    }

    /// <summary>The columns that an imported model takes: the path of an image, or one for each channel.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">What <see cref="ImportNnUNet(SegmentationModelsCatalog, string, NnUNetImportOptions?)"/> gave.</param>
    /// <exception cref="ArgumentException">The model was not imported.</exception>
    public static DataViewSchema ImportedInputSchema(this SegmentationModelsCatalog catalog, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Rows(
            catalog.Context,
            catalog.Describe(model).Planned ?? throw new ArgumentException("The model holds no imported networks.", nameof(model))
        ).Schema;
    }

    private static IDataView Rows(MLContext context, PlannedEnsemble ensemble)
    {
        var channels = ensemble.Members[0].Preprocessing.Channels.Count;
        return new SegmentationDataset(
            "import",
            [new("case", [.. Enumerable.Range(0, channels).Select(i => $"{i}.nii.gz")], null)]
        ).ToDataView(context);
    }
}
