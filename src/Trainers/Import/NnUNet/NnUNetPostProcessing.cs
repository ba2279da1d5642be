using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;

namespace Microsoft.ML.MedicalSegmentation.Import.NnUNet;

/// <summary>Translates nnU-Net's postprocessing.pkl and postprocessing.json.</summary>
/// <remarks>Differs: of components of equal size nnU-Net keeps all, <see cref="KeepLargestComponent"/> the first.</remarks>
internal static class NnUNetPostProcessing
{
    private const long LongestFile = 1 << 20;
    private const string LabelsKey = "labels_or_regions";

    /// <summary>Reads a file.</summary>
    /// <param name="path">.pkl or .json.</param>
    /// <param name="foreground">Label values of the data set above 0.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is damaged or something else.</exception>
    /// <exception cref="NotSupportedException">It has a step that cannot be translated; says which.</exception>
    public static PostProcessingPlan Read(string path, IReadOnlyList<int> foreground)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new FileNotFoundException(
                $"There is no file '{path}'. Give postprocessing.pkl or postprocessing.json, which nnU-Net writes into its folder "
                    + "of cross-validation results.",
                path
            );
        }

        if (file.Length > LongestFile)
        {
            throw new InputDataException(
                $"{path} has {file.Length:N0} bytes; a file of post-processing steps has at most {LongestFile:N0}. Name the right file."
            );
        }

        var steps = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) ? OfJson(path) : OfPickle(path);
        return new([.. steps.Select(labels => ToStep(path, labels, foreground))]);
    }

    private static KeepLargestComponent ToStep(string path, IReadOnlyList<int> labels, IReadOnlyList<int> foreground)
        => labels.Count == 1 || labels.Order().SequenceEqual(foreground)
            ? new() { Labels = labels.Count == foreground.Count ? [] : labels, Connectivity = VoxelConnectivity.Corners }
            : throw new NotSupportedException(
                $"{path} keeps the largest component of the labels {string.Join(", ", labels)} together, which "
                    + "has no counterpart here; all foreground or single labels have. Import without it, and apply "
                    + "nnU-Net's post-processing to the predictions."
            );

    // (functions, arguments of each).
    private static List<IReadOnlyList<int>> OfPickle(string path)
    {
        object? root;
        try
        {
            root = Unpickler.Read(File.ReadAllBytes(path));
        }
        catch (InputDataException fault)
        {
            throw new InputDataException($"{path} cannot be read as nnU-Net's post-processing: {fault.Message}", fault);
        }

        return root is PickleTuple { Items: [PickleList functions, PickleList arguments] } && functions.Items.Count == arguments.Items.Count
            && functions.Items.All(function => function is PickleGlobal { Name: PickleGlobals.LargestComponent })
            ? [.. arguments.Items.Select(one => Labels(path, (one as PickleDictionary)?.Find(LabelsKey)))]
            : throw Other(path);
    }

    private static List<IReadOnlyList<int>> OfJson(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var functions = document
                .RootElement.GetProperty("postprocessing_fns")
                .EnumerateArray()
                .Select(function => function.GetString())
                .ToList();
            var arguments = document.RootElement.GetProperty("postprocessing_kwargs").EnumerateArray().ToList();
            return
                functions.Count == arguments.Count
                && functions.All(function =>
                    function is not null && PickleGlobals.LargestComponent.EndsWith($".{function}", StringComparison.Ordinal)
                )
                ? [.. arguments.Select(one => Labels(path, ToList(one.GetProperty(LabelsKey))))]
                : throw Other(path);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Other(path, fault);
        }
    }

    private static object? ToList(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
        }

        var list = new PickleList();
        list.Items.AddRange(value.EnumerateArray().Select(ToList));
        return list;
    }

    // A label, a region, which is a list of labels, or a list of both.
    private static IReadOnlyList<int> Labels(string path, object? value, int depth = 0) =>
        value switch
        {
            long number and > 0 and <= LabelClass.MaximumValue => [(int)number],
            PickleList { Items.Count: > 0 } list when depth < 2 =>
            [
                .. list.Items.SelectMany(item => Labels(path, item, depth + 1)).Distinct().Order(),
            ],
            PickleTuple { Items.Length: > 0 } tuple when depth < 2 =>
            [
                .. tuple.Items.SelectMany(item => Labels(path, item, depth + 1)).Distinct().Order(),
            ],
            _ => throw Other(path),
        };

    private static InputDataException Other(string path, Exception? fault = null) =>
        new(
            $"{path} is not nnU-Net's post-processing, or has other steps than keeping the largest component. Give the "
                + "postprocessing.pkl or postprocessing.json that nnU-Net wrote.",
            fault
        );
}
