using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Weights;
using Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;
using Microsoft.ML.MedicalSegmentation.Weights.Safetensors;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>
/// The state of a training between two epochs as a file, from which a new process continues as if there had been no stop.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="interval">Epochs between two writings.</param>
/// <param name="identity">What must be the same when training continues, by name; see <see cref="TrainingIdentity"/>.</param>
/// <remarks>
/// A zip without compression: the epochs done and the identity as JSON, weights and what each optimiser keeps as safetensors. All that is
/// random in an epoch follows from the seed and the epoch's number, so that no generator has a state to keep.
/// </remarks>
internal sealed class TrainingCheckpoint(string path, int interval, IReadOnlyDictionary<string, string> identity)
{
    private const string StateName = "training.json";
    private const int LongestState = 64 << 20;

    private static readonly JsonSerializerOptions Format = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    };

    /// <summary>Keeps the state where it is due.</summary>
    /// <typeparam name="TEpoch">What is noted of an epoch.</typeparam>
    public void Save<TEpoch>(TrainingParts parts, IReadOnlyList<TEpoch> epochs, bool isLast)
        where TEpoch : ITrainingEpoch
    {
        if (!isLast && epochs.Count % interval != 0)
        {
            return;
        }

        AtomicFile.Write(path, stream =>
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            var state = new State<TEpoch>(identity, epochs, parts.Average?.Updates ?? 0, parts.Best.IsUpdated);
            Add(zip, StateName, part => JsonSerializer.Serialize(part, state, Format));
            foreach (var (name, tensors) in parts.Tensors())
            {
                Add(
                    zip,
                    WeightsName(name),
                    part => SafetensorsWriter.Write(part, [.. tensors.Select(entry => entry.Value.ToWeight(entry.Key))], null)
                );
            }
        });
    }

    /// <summary>Takes the state up where the file is there.</summary>
    /// <typeparam name="TEpoch">What was noted of an epoch.</typeparam>
    /// <returns>The epochs that are done; none if there is no file.</returns>
    /// <exception cref="ArgumentException">
    /// The file belongs to a training with other data or options; the message lists what differs.
    /// </exception>
    /// <exception cref="InputDataException">The file is damaged.</exception>
    public IReadOnlyList<TEpoch> Resume<TEpoch>(TrainingParts parts)
        where TEpoch : ITrainingEpoch
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var zip = new StoredZip(stream);
            zip.RequireNoBomb();
            var state = ReadState<TEpoch>(zip);
            RequireSame(state.Identity);
            if (state.Epochs.Index().Any(entry => entry.Item.Epoch != entry.Index + 1))
            {
                throw new InputDataException("its epochs are not numbered from 1.");
            }

            parts.Best.IsUpdated = state.HasBest;
            foreach (var (name, tensors) in parts.Tensors())
            {
                Assign(tensors, ReadWeights(zip, name));
            }

            if (parts.Average is { } average)
            {
                average.Updates = state.AverageUpdates;
            }

            return state.Epochs;
        }
        catch (Exception fault)
            when (fault is InputDataException or InvalidDataException or JsonException or EndOfStreamException or OverflowException
                || (fault is ExternalException failed && !DeviceMemory.IsExhausted(failed))
            )
        {
            throw new InputDataException(
                $"CheckpointPath '{path}' is not a valid checkpoint: {fault.Message} Delete it, or name another file to start over.",
                fault
            );
        }
    }

    /// <summary>
    /// The epochs that are done in a file; null if it is not the state of a training, which <see cref="Resume"/> reports.
    /// </summary>
    public static int? EpochsDone(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var zip = new StoredZip(stream);
            zip.RequireNoBomb();
            return ReadState<JsonElement>(zip).Epochs.Count;
        }
        catch (Exception fault) when (fault is InputDataException or InvalidDataException or JsonException or EndOfStreamException)
        {
            return null;
        }
    }

    private static string WeightsName(string name) => $"{name}.safetensors";

    private static void Add(ZipArchive zip, string name, Action<Stream> write)
    {
        using var part = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        write(part);
    }

    private static byte[] Read(StoredZip zip, string name) => zip.Entries.TryGetValue(name, out var entry)
        ? StoredZip.Bytes(entry)
        : throw new InputDataException($"{name} is missing from it.");

    private static State<TEpoch> ReadState<TEpoch>(StoredZip zip)
    {
        var bytes = Read(zip, StateName);
        return bytes.Length <= LongestState && JsonSerializer.Deserialize<State<TEpoch>>(bytes, Format) is { } state
            ? state
            : throw new InputDataException($"{StateName} is empty or too long.");
    }

    private static WeightsFile ReadWeights(StoredZip zip, string name)
    {
        using var stream = new MemoryStream(Read(zip, WeightsName(name)), writable: false);
        var (tensors, metadata) = SafetensorsReader.Read(stream);
        return new(name, "safetensors", tensors, metadata);
    }

    // The identity agrees, so that other names or sizes are a damage.
    private static void Assign(IReadOnlyDictionary<string, Tensor> tensors, WeightsFile file)
    {
        if (
            file.Tensors.Count != tensors.Count
            || !file.Tensors.All(weight =>
                tensors.TryGetValue(weight.Name, out var tensor)
                && tensor.shape.AsSpan().SequenceEqual([.. weight.Shape])
                && WeightTypes.IsFloat(weight.Type) == (tensor.dtype != ScalarType.Int64)
            )
        )
        {
            throw new InputDataException($"its {file.Source} tensors have other names or sizes than this training.");
        }

        foreach (var weight in file.Tensors)
        {
            tensors[weight.Name].Assign(weight);
        }
    }

    private void RequireSame(IReadOnlyDictionary<string, string> kept)
    {
        List<string> differences =
        [
            .. identity
                .Keys.Union(kept.Keys)
                .Select(name =>
                    (Name: name, Now: identity.GetValueOrDefault(name, "unknown"), Then: kept.GetValueOrDefault(name, "unknown"))
                )
                .Where(entry => entry.Now != entry.Then)
                .Select(entry => $"{entry.Name} is {entry.Now}, was {entry.Then}"),
        ];
        if (differences.Count > 0)
        {
            throw new ArgumentException(
                $"CheckpointPath '{path}' holds a training that began otherwise: {string.Join("; ", differences)}. Give the same "
                    + "data and options, or another file to begin anew."
            );
        }
    }

    private sealed record State<TEpoch>(
        IReadOnlyDictionary<string, string> Identity,
        IReadOnlyList<TEpoch> Epochs,
        long AverageUpdates,
        bool HasBest
    );
}
