using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>How a model description is kept in an ONNX file: the keys and values of <c>metadata_props</c>.</summary>
/// <remarks>
/// Values are text; lists are JSON. With them a file is usable by any ONNX runtime: the input is
/// [N, C, D, H, W] (2D: [N, C, H, W]), single precision, and the output one channel per class.
/// </remarks>
internal static class SegmentationModelMetadata
{
    private static readonly JsonSerializerOptions ReachFormat = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Version of these keys; a reader refuses a higher one.</summary>
    public const int CurrentFormat = 1;

    /// <summary><see cref="CurrentFormat"/> of the writer.</summary>
    public const string FormatKey = "medseg.format";

    /// <summary>
    /// JSON: [{"value": 0, "name": "background"}, ...], in the order of the output channels; a class may have a "code" of value, scheme and
    /// meaning.
    /// </summary>
    public const string ClassesKey = "medseg.classes";

    /// <summary>
    /// JSON: [{"value": 1, "name": "whole", "labels": [1, 2]}, ...], in the order of the output channels, in place of classes where outputs
    /// are regions that may overlap.
    /// </summary>
    public const string RegionsKey = "medseg.regions";

    /// <summary>Number of image channels.</summary>
    public const string InputChannelsKey = "medseg.input_channels";

    /// <summary>JSON: [depth, height, width] in voxels.</summary>
    public const string PatchKey = "medseg.patch";

    /// <summary>2 or 3.</summary>
    public const string SpatialDimensionsKey = "medseg.spatial_dims";

    /// <summary>"softmax", "sigmoid" or "none".</summary>
    public const string ActivationKey = "medseg.output_activation";

    /// <summary>Key of the network, such as "attention-unet".</summary>
    public const string NetworkKey = "medseg.network";

    /// <summary>JSON: what the network was built from.</summary>
    public const string NetworkOptionsKey = "medseg.network_options";

    /// <summary>JSON: [x, y, z] in mm.</summary>
    public const string SpacingKey = "medseg.spacing";

    /// <summary>Orientation code, such as "RAS".</summary>
    public const string OrientationKey = "medseg.orientation";

    /// <summary>Words.</summary>
    public const string PreprocessingKey = "medseg.preprocessing";

    /// <summary>JSON: every step before the network with its numbers, in order; written by <c>Models.SaveOnnx</c>.</summary>
    public const string PreprocessingStepsKey = "medseg.preprocessing_steps";

    /// <summary>
    /// Axes of the input: "NCDHW" or "NCHW", with D along z, H along y and W along x of <see cref="OrientationKey"/>; written by
    /// <c>Models.SaveOnnx</c>.
    /// </summary>
    public const string AxesKey = "medseg.axes";

    /// <summary>JSON: value and place of the padding of volumes smaller than the patch; written by <c>Models.SaveOnnx</c>.</summary>
    public const string PaddingKey = "medseg.padding";

    /// <summary>JSON: how overlapping tiles are weighted and blended; written by <c>Models.SaveOnnx</c>.</summary>
    public const string TilingKey = "medseg.tiling";

    /// <summary>
    /// JSON: how far the network sees, {"voxels": [d, h, w], "stride": [d, h, w], "whyUnbounded": "..."}; the last one only where results
    /// depend on the whole volume.
    /// </summary>
    public const string ReachKey = "medseg.reach";

    /// <summary>Fraction of the patch by which tiles overlap.</summary>
    public const string OverlapKey = "medseg.overlap";

    /// <summary>Version of the library that made the model.</summary>
    public const string LibraryVersionKey = "medseg.library_version";

    /// <summary>The description as keys and values, in a fixed order.</summary>
    /// <exception cref="ArgumentException">A value of the description is impossible.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Write(SegmentationModelInfo info)
    {
        info.Validate();
        var patch = info.Patch;
        List<KeyValuePair<string, string>> metadata =
        [
            new(FormatKey, CurrentFormat.ToString(CultureInfo.InvariantCulture)),
            new(ClassesKey, WriteClasses(info.Classes)),
            new(InputChannelsKey, info.InputChannels.ToString(CultureInfo.InvariantCulture)),
            new(PatchKey, JsonSerializer.Serialize(new[] { patch.Depth, patch.Height, patch.Width })),
            new(SpatialDimensionsKey, info.SpatialDimensions.ToString(CultureInfo.InvariantCulture)),
            new(ActivationKey, info.Activation.ToString().ToLowerInvariant()),
            new(NetworkKey, info.Network),
            new(PreprocessingKey, info.Preprocessing),
            new(OverlapKey, info.Overlap.ToString("R", CultureInfo.InvariantCulture)),
            new(LibraryVersionKey, info.LibraryVersion),
        ];
        if (info.NetworkOptions.Length > 0)
        {
            metadata.Add(new(NetworkOptionsKey, info.NetworkOptions));
        }

        if (info.Spacing is { } s)
        {
            metadata.Add(new(SpacingKey, JsonSerializer.Serialize(new[] { s.X, s.Y, s.Z })));
        }

        if (info.Orientation is { } orientation)
        {
            metadata.Add(new(OrientationKey, orientation));
        }

        if (info.Reach is { } reach)
        {
            metadata.Add(new(ReachKey, JsonSerializer.Serialize(reach, ReachFormat)));
        }

        return metadata;
    }

    /// <summary>Reads a description; null if the keys of this library are absent.</summary>
    /// <exception cref="FormatException">A key is missing, unreadable or impossible; the message names it.</exception>
    public static SegmentationModelInfo? Read(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(FormatKey, out var format))
        {
            return null;
        }

        if (!int.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version is < 1 or > CurrentFormat)
        {
            throw new FormatException(
                $"The metadata {FormatKey} is '{format}'; this version of the library reads 1 to {CurrentFormat}. Use the version "
                    + "of the library that wrote the model."
            );
        }

        var patch = Parse(metadata, PatchKey, Numbers<int>, 3);
        var info = new SegmentationModelInfo
        {
            Classes = Parse(metadata, ClassesKey, ReadClasses),
            Patch = new(Parse(metadata, InputChannelsKey, Integer), patch[0], patch[1], patch[2]),
            SpatialDimensions = Parse(metadata, SpatialDimensionsKey, Integer),
            Activation = Parse(metadata, ActivationKey, text => Enum.Parse<OutputActivation>(text, ignoreCase: true)),
            Network = metadata.GetValueOrDefault(NetworkKey, ""),
            NetworkOptions = metadata.GetValueOrDefault(NetworkOptionsKey, ""),
            Preprocessing = metadata.GetValueOrDefault(PreprocessingKey, ""),
            Overlap = Parse(metadata, OverlapKey, text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)),
            LibraryVersion = metadata.GetValueOrDefault(LibraryVersionKey, ""),
            Spacing = metadata.ContainsKey(SpacingKey) ? ToVector(Parse(metadata, SpacingKey, Numbers<double>, 3)) : null,
            Orientation = metadata.GetValueOrDefault(OrientationKey),
            Reach = metadata.ContainsKey(ReachKey) ? Parse(metadata, ReachKey, ReadReach) : null,
        };
        try
        {
            info.Validate();
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }

        return info;
    }

    /// <summary>The keys whose values differ between two descriptions, "key: a, not b"; what is only said, not used, is left out.</summary>
    internal static IEnumerable<string> Differences(SegmentationModelInfo given, SegmentationModelInfo written)
    {
        string[] wordsOnly = [NetworkKey, NetworkOptionsKey, PreprocessingKey, OverlapKey, LibraryVersionKey];
        var other = Write(written).ToDictionary();
        foreach (var (key, value) in Write(given))
        {
            var writtenValue = other.GetValueOrDefault(key, "absent");
            if (value != writtenValue && !wordsOnly.Contains(key))
            {
                yield return $"{key}: {value}, but {writtenValue} in the file";
            }
        }
    }

    private static NetworkReach ReadReach(string text) =>
        JsonSerializer.Deserialize<NetworkReach>(text, ReachFormat) is { Voxels: not null, Stride: not null } reach
            ? reach
            : throw new FormatException("it lacks the voxels or the stride.");

    private static Vector3D ToVector(double[] values) => new(values[0], values[1], values[2]);

    private static int Integer(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static T[] Numbers<T>(string text) => JsonSerializer.Deserialize<T[]>(text) ?? [];

    private static string WriteClasses(IReadOnlyList<LabelClass> classes) =>
        "["
        + string.Join(
            ",",
            classes.Select(c =>
                c.Code is { } code
                    ? JsonSerializer.Serialize(
                        new
                        {
                            value = c.Value,
                            name = c.Name,
                            code = new
                            {
                                value = code.Value,
                                scheme = code.Scheme,
                                meaning = code.Meaning,
                            },
                        }
                    )
                    : JsonSerializer.Serialize(new { value = c.Value, name = c.Name })
            )
        )
        + "]";

    private static DicomCode? ReadCode(JsonElement label) =>
        label.TryGetProperty("code", out var code)
            ? new(
                code.GetProperty("value").GetString() ?? "",
                code.GetProperty("scheme").GetString() ?? "",
                code.GetProperty("meaning").GetString() ?? ""
            )
            : null;

    private static LabelClass[] ReadClasses(string text)
    {
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(c => new LabelClass(
            c.GetProperty("value").GetInt32(), c.GetProperty("name").GetString() ?? "") { Code = ReadCode(c) })];
    }

    private static T[] Parse<T>(IReadOnlyDictionary<string, string> metadata, string key, Func<string, T[]> parse, int count)
    {
        var values = Parse(metadata, key, parse);
        return values.Length == count
            ? values
            : throw new FormatException($"The metadata {key} holds {values.Length} numbers; it must hold {count}.");
    }

    private static T Parse<T>(IReadOnlyDictionary<string, string> metadata, string key, Func<string, T> parse)
    {
        if (!metadata.TryGetValue(key, out var text))
        {
            throw new FormatException(
                $"The metadata has no {key}. The file is damaged, or another program changed it; export the model again."
            );
        }

        try
        {
            return parse(text);
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or FormatException
                        or OverflowException
                        or ArgumentException
                        or InvalidOperationException
                        or KeyNotFoundException
            )
        {
            throw new FormatException($"The metadata {key} is '{text}', which cannot be read: {e.Message}", e);
        }
    }
}
