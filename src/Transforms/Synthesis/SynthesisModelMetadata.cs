using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>How the description of a generator is kept: one JSON text, in an ONNX file under <see cref="Key"/>.</summary>
internal static class SynthesisModelMetadata
{
    /// <summary>The key in <c>metadata_props</c>.</summary>
    public const string Key = "medseg.synthesis";

    private const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 8,
    };

    /// <summary>The description as JSON.</summary>
    /// <exception cref="ArgumentException">A value of the description is impossible.</exception>
    public static string Write(SynthesisModelInfo info)
    {
        info.Validate();
        var (patch, spacing) = (info.Patch, info.Spacing);
        return JsonSerializer.Serialize(
            new Description(
                CurrentFormat,
                [.. info.Targets],
                info.HasDifficulty,
                info.InputChannels,
                [patch.Depth, patch.Height, patch.Width],
                info.SpatialDimensions,
                info.Overlap
            )
            {
                Network = info.Network,
                NetworkOptions = info.NetworkOptions,
                Spacing = spacing is { } s ? [s.X, s.Y, s.Z] : null,
                Orientation = info.Orientation,
                Preprocessing = info.Preprocessing,
                LibraryVersion = info.LibraryVersion,
            },
            Format);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">The text is damaged, of a later version, or has an impossible value.</exception>
    public static SynthesisModelInfo Read(string json)
    {
        try
        {
            var read = JsonSerializer.Deserialize<Description>(json, Format) ?? throw new JsonException("it is null.");
            if (read.Format != CurrentFormat)
            {
                throw new FormatException(
                    $"The description has the format {read.Format}; this version of the library reads {CurrentFormat}. Use the "
                        + "version that wrote the model."
                );
            }

            if (read.Patch.Length != 3 || read.Spacing is { Length: not 3 })
            {
                throw new FormatException("The patch and the spacing of the description must have three numbers.");
            }

            var info = new SynthesisModelInfo
            {
                Targets = read.Targets,
                HasDifficulty = read.HasDifficulty,
                Patch = new(read.InputChannels, read.Patch[0], read.Patch[1], read.Patch[2]),
                SpatialDimensions = read.SpatialDims,
                Overlap = read.Overlap,
                Network = read.Network,
                NetworkOptions = read.NetworkOptions,
                Spacing = read.Spacing is { } s ? new(s[0], s[1], s[2]) : null,
                Orientation = read.Orientation,
                Preprocessing = read.Preprocessing,
                LibraryVersion = read.LibraryVersion,
            };
            info.Validate();
            return info;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            throw new FormatException(fault.Message, fault);
        }
    }

    private sealed record Description(
        int Format,
        SynthesisChannel[] Targets,
        bool HasDifficulty,
        int InputChannels,
        int[] Patch,
        int SpatialDims,
        double Overlap
    )
    {
        public string Network { get; init; } = "";

        public string NetworkOptions { get; init; } = "";

        public double[]? Spacing { get; init; }

        public string? Orientation { get; init; }

        public string Preprocessing { get; init; } = "";

        public string LibraryVersion { get; init; } = "";
    }
}
