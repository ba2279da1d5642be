using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace MedSeg.Jobs;

/// <summary>What a training gave.</summary>
/// <param name="Model">A chain from image paths to labels.</param>
/// <param name="Onnx">The network alone.</param>
/// <param name="History">How training went.</param>
internal sealed record TrainedModel(ITransformer Model, ReadOnlyMemory<byte> Onnx, SegmentationTrainingHistory History)
{
    /// <summary>Writes the network as an ONNX file, with the complete preprocessing where the model is one network.</summary>
    public void SaveOnnx(MLContext context, string path)
    {
        var models = context.MedicalSegmentation().Models;
        if (models.Describe(Model).Segmentation is not null)
        {
            models.SaveOnnx(Model, path);
        }
        else
        {
            WholeFile.Write(path, Onnx);
        }
    }

    /// <summary>Options with the network as it was built: a plan decides what they leave open.</summary>
    public SegmentationTrainer.Options AsTrained(SegmentationTrainer.Options options)
    {
        // A network of regions has these two entries and no description of classes.
        using var session = OnnxSessions.OpenForInspection(Onnx.ToArray());
        var metadata = session.ModelMetadata.CustomMetadataMap;
        return
            metadata.TryGetValue(SegmentationModelMetadata.NetworkKey, out var key)
            && metadata.TryGetValue(SegmentationModelMetadata.NetworkOptionsKey, out var network)
            && network.Length > 0
            ? options with
            {
                Network = NetworkList.Find(key).ReadOptions(network),
            }
            : options;
    }

    private string Continuation(string? checkpoint) =>
        checkpoint is null ? "This training cannot be continued; with --checkpoint FILE it could."
        : File.Exists(checkpoint) ? $"'{checkpoint}' keeps its state after epoch {History.Epochs.Count}; the same command continues it."
        : "No epoch was done, so that there is no state to continue from.";

    /// <summary>Prints what was written.</summary>
    public void Report(
        string path,
        int seed,
        bool isStopped,
        SegmentationDataset training,
        SegmentationDataset validation,
        string? checkpoint,
        bool asJson
    )
    {
        if (asJson)
        {
            Terminal.Report.Json(new
            {
                model = path,
                seed,
                stopped = isStopped,
                epochs = History.Epochs.Count,
                seconds = History.Epochs.Count > 0 ? History.Epochs[^1].Seconds : 0,
                validationDice = History.Best?.ValidationDice,
                training = training.Cases.Select(c => c.Id),
                validation = validation.Cases.Select(c => c.Id),
            });
            return;
        }

        var kept = History.Best is { } best ? $"the weights of epoch {best.Epoch}" : "the weights of the moment it was stopped";
        Terminal.Report.Line(isStopped ? $"Stopped. Wrote {path} with {kept}. {Continuation(checkpoint)}" : $"Wrote {path}.");
    }
}
