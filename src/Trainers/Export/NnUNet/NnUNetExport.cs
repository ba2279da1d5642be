using System.Text.Json.Nodes;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;
using Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Export.NnUNet;

/// <summary>Writes planned models whose networks are U-Nets as model folders of nnU-Net 2.</summary>
internal static class NnUNetExport
{
    private const string Trainer = "nnUNetTrainer";

    /// <summary>Writes a folder for each configuration and stage.</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="onnx">Its networks: those of each member in turn, of its earlier stages after it.</param>
    /// <param name="folder">Where the model folders come.</param>
    /// <returns>The model folders, the stages of a cascade after it.</returns>
    public static IReadOnlyList<string> Write(PlannedEnsemble ensemble, IReadOnlyList<ReadOnlyMemory<byte>> onnx, string folder)
    {
        var dataset = NnUNetPlan.DatasetOf(ensemble);
        var written = new List<string>();
        var first = 0;
        foreach (var member in ensemble.Members)
        {
            var stages = NnUNetPlan.Stages(member).ToList();
            var networks = new List<(PlannedMember Stage, IReadOnlyList<ReadOnlyMemory<byte>> Onnx, UNetOptions Options)>();
            foreach (var stage in stages)
            {
                IReadOnlyList<ReadOnlyMemory<byte>> own = [.. onnx.Skip(first).Take(stage.Networks)];
                networks.Add((stage, own, OptionsOf(own[0], stage)));
                first += stage.Networks;
            }

            var plan = NnUNetPlan.Of(member, [.. networks.Select(network => network.Options)]);
            foreach (var (stage, own, options) in networks)
            {
                var path = Path.Combine(folder, $"{Trainer}__{NnUNetPlan.PlansName}__{stage.Name}");
                WriteFolder(path, plan, dataset, stage, own, options);
                written.Add(path);
            }
        }

        return written;
    }

    private static void WriteFolder(
        string path,
        SegmentationPlan plan,
        PlanningDataset dataset,
        PlannedMember stage,
        IReadOnlyList<ReadOnlyMemory<byte>> onnx,
        UNetOptions options
    )
    {
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new IOException($"The folder '{path}' is not empty, and nothing in it is replaced. Name another folder.");
        }

        Directory.CreateDirectory(path);
        plan.SaveNnUNet(Path.Combine(path, "plans.json"));
        dataset.SaveNnUNet(Path.Combine(path, "dataset.json"));
        var (plans, description) = (
            JsonNode.Parse(File.ReadAllText(Path.Combine(path, "plans.json"))),
            JsonNode.Parse(File.ReadAllText(Path.Combine(path, "dataset.json")))
        );
        foreach (var (fold, network) in onnx.Index())
        {
            var folder = Directory.CreateDirectory(Path.Combine(path, $"fold_{fold}")).FullName;
            var tensors = TensorsOf(network, options);
            var file = Path.Combine(folder, "checkpoint_final.pth");
            AtomicFile.Write(file, stream => CheckpointWriter.Write(stream, tensors, (pickle, weights) => pickle.Dictionary(() =>
            {
                pickle.Entry("network_weights", weights);
                pickle.Entry("optimizer_state", () => pickle.Value(null));
                pickle.Entry("grad_scaler_state", () => pickle.Value(null));
                pickle.Entry("logging", () => pickle.Value(new JsonObject()));
                pickle.Entry("_best_ema", () => pickle.Value(null));
                pickle.Entry("current_epoch", () => pickle.Integer(0));
                pickle.Entry("init_args", () => pickle.Dictionary(() =>
                {
                    pickle.Entry("plans", () => pickle.Value(plans));
                    pickle.Entry("configuration", () => pickle.Text(stage.Name));
                    pickle.Entry("fold", () => pickle.Integer(fold));
                    pickle.Entry("dataset_json", () => pickle.Value(description));
                    pickle.Entry("device", pickle.Processor);
                }));
                pickle.Entry("trainer_name", () => pickle.Text(Trainer));
                pickle.Entry("inference_allowed_mirroring_axes", () =>
                {
                    if (stage.MirrorAxes.Count == 0)
                    {
                        pickle.Value(null);
                        return;
                    }

                    pickle.Tuple(stage.MirrorAxes.Select(axis => (long)axis));
                });
            })));
        }
    }

    // ONNX files lack the side heads, which only training uses; nnU-Net wants them, whatever is in them.
    private static List<KeyValuePair<string, WeightTensor>> TensorsOf(ReadOnlyMemory<byte> onnx, UNetOptions options)
    {
        var known = OnnxWeights.Read(onnx).Tensors.ToDictionary(tensor => tensor.Name);
        using var network = options.CreateNetwork();
        var tensors = new List<KeyValuePair<string, WeightTensor>>();
        foreach (var (name, weight) in network.state_dict())
        {
            var tensor =
                known.GetValueOrDefault(name)
                ?? (
                    name.StartsWith("decoder.seg_layers.", StringComparison.Ordinal)
                        ? WeightTensor.Create(name, new float[weight.numel()], weight.shape)
                        : throw new InputDataException(
                            $"The model's network has no weight '{name}'. It was written by other software or a later version."
                        )
                );
            tensors.AddRange(NnUNetNames.Of(name).Select(one => KeyValuePair.Create(one, tensor)));
        }

        return tensors;
    }

    private static UNetOptions OptionsOf(ReadOnlyMemory<byte> onnx, PlannedMember member)
    {
        var properties = OnnxProperties.Read(onnx);
        var key = properties.GetValueOrDefault(SegmentationModelMetadata.NetworkKey, "unknown");
        var options =
            key == Networks.UNets.UNet.Entry.Key && properties.TryGetValue(SegmentationModelMetadata.NetworkOptionsKey, out var json)
                ? NetworkOptionsJson.Read(Networks.UNets.UNet.Entry, json) as UNetOptions
                : null;
        return options is { AttentionBlock: null }
            ? options with { DeepSupervision = true }
            : throw new NotSupportedException(
                $"The network of {member.Name} is {key}{(options?.AttentionBlock is { } block ? $" with {block}" : "")}; nnU-Net "
                    + "loads the U-Nets of its plans only, without attention blocks."
            );
    }
}
