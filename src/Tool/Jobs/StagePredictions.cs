using MedSeg.Terminal;
using Microsoft.ML.Data;

namespace MedSeg.Jobs;

/// <summary>What the stage before of a cascade predicts for the cases that the next stage is trained on, in a temporary folder.</summary>
/// <remarks>As nnU-Net, each case is predicted by the fold that was not trained on it, where the folds are there.</remarks>
internal sealed class StagePredictions : IDisposable
{
    /// <summary>The column of predicted labels.</summary>
    public const string Column = "PreviousLabel";

    private const string PathColumn = "PreviousLabelPath";

    private readonly MLContext _context;
    private readonly string _folder;
    private readonly Dictionary<string, string> _paths = [];

    private StagePredictions(MLContext context, ITransformer model)
    {
        (_context, Model) = (context, model);

        // Only the user who trains may read the folder.
        _folder = Directory.CreateTempSubdirectory("medseg-").FullName;
    }

    /// <summary>The stage's model.</summary>
    public ITransformer Model { get; }

    /// <summary>Predicts all cases.</summary>
    /// <param name="context">Device.</param>
    /// <param name="zip">The stage's model; NAME.splits.json and NAME.fold-K.zip beside it are its folds.</param>
    /// <param name="dataset">The cases.</param>
    public static StagePredictions Make(MLContext context, string zip, SegmentationDataset dataset)
    {
        var models = context.MedicalSegmentation().Models;
        var predictions = new StagePredictions(context, models.Load(zip));
        try
        {
            if (FoldFiles.Find(zip, dataset) is { } folds)
            {
                foreach (var (fold, path) in folds)
                {
                    Report.Step($"Labels of the stage before: {fold.Validation.Cases.Count} cases by {path}.");
                    predictions.Predict(models.Load(path), fold.Validation);
                }
            }

            var others = dataset.Cases.Where(one => !predictions._paths.ContainsKey(one.Id)).ToList();
            if (others.Count > 0)
            {
                Report.Warning(
                    $"{others.Count} cases are predicted by {zip}, which may have been trained on them; the cascade then trusts it "
                        + "too much. Train the stage before with --folds."
                );
                predictions.Predict(predictions.Model, dataset.WithCases(others));
            }

            return predictions;
        }
        catch
        {
            predictions.Dispose();
            throw;
        }
    }

    /// <summary>Adds the column to rows of cases.</summary>
    public IDataView AddTo(IDataView rows)
    {
        var paths = _context.Transforms.Conversion.MapValue(PathColumn, _paths, SegmentationDataset.CaseIdColumn).Fit(rows).Transform(rows);
        return _context.MedicalSegmentation().Transforms.LoadLabelVolumes(Column, PathColumn).Fit(paths).Transform(paths);
    }

    /// <summary>Removes the predictions.</summary>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Predict(ITransformer model, SegmentationDataset cases)
    {
        var scored = model.Transform(cases.WithCases([.. cases.Cases.Select(one => one with { LabelPath = null })]).ToDataView(_context));
        foreach (var row in _context.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: false))
        {
            var path = Path.Combine(_folder, $"{_paths.Count}.nii.gz");
            VolumeFormats.Save(
                row.PredictedLabel ?? throw new InvalidOperationException($"The stage before gave no labels for '{row.CaseId}'."),
                path
            );
            _paths.Add(row.CaseId, path);
        }
    }

    private sealed class Prediction
    {
        public string CaseId { get; set; } = "";

        [LabelVolumeColumn, ColumnName("PredictedLabel")]
        public LabelVolume? PredictedLabel { get; set; }
    }
}
