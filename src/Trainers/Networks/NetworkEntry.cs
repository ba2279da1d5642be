using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One network of <see cref="NetworkList"/>: what it is, and how to build it.</summary>
public sealed record NetworkEntry
{
    /// <summary>The name in options and files, in kebab case: "attention-unet".</summary>
    public required string Key { get; init; }

    /// <summary>The paper's name.</summary>
    public required string Name { get; init; }

    /// <summary>Authors, title, year and link.</summary>
    public required string Paper { get; init; }

    /// <summary>The idea, in a sentence or two.</summary>
    public required string Summary { get; init; }

    /// <summary>Which patch sizes it accepts, in words; <see cref="Network.SizeRule"/> of a built one is exact.</summary>
    public required string Sizes { get; init; }

    /// <summary>The published configurations by name: exactly the parameters that the authors' code has.</summary>
    public required IReadOnlyDictionary<string, NetworkOptions> Presets { get; init; }

    /// <summary>Makes the network's own record of options, with the settings that all networks share and its own defaults.</summary>
    public required Func<NetworkOptions, NetworkOptions> OwnOptions { get; init; }

    /// <summary>Builds the network from its own record, which has been validated.</summary>
    public required Func<NetworkOptions, Network> Factory { get; init; }

    /// <summary>Sizes of the image, by preset, for which computations were published, where the preset does not fix the size itself.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> PublishedSizes { get; init; } = new Dictionary<string, IReadOnlyList<long>>();

    /// <summary>Numbers of spatial axes that it can be built for.</summary>
    public IReadOnlyList<int> SpatialDims { get; init; } = [2, 3];

    /// <summary>The record that holds all of the network's options.</summary>
    internal Type OptionsType => OwnOptions(new()).GetType();

    /// <summary>Builds the network with fresh weights, in training mode, on the CPU.</summary>
    /// <param name="options">The network's own record, or <see cref="NetworkOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is impossible or another network's, the preset is unknown, or memory does not suffice.</exception>
    /// <exception cref="InvalidOperationException">TorchSharp's native libraries are missing or do not load.</exception>
    public Network Create(NetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var resolved = Own(Resolve(options));
        resolved.Validate();
        if (!SpatialDims.Contains(resolved.SpatialDims))
        {
            throw new ArgumentException(
                $"{Key} has no form with {resolved.SpatialDims} spatial axes. Use {string.Join(" or ", SpatialDims)}, or another network.");
        }

        Libtorch.Require();
        try
        {
            return Factory(resolved);
        }
        catch (Exception fault) when (fault is ExternalException or OutOfMemoryException or OverflowException)
        {
            throw new ArgumentException(
                $"{Key} with {resolved.InputChannels} channels, {resolved.Classes} classes{(resolved.Width is { } width ? $" and width {width}" : "")} cannot be built: "
                + $"{fault.Message.Split('\n')[0]} Make it smaller.", fault);
        }
    }

    /// <summary>Reads options of this network as they stand in a model: JSON with names such as "width"; options that are left out have their defaults.</summary>
    /// <exception cref="ArgumentException">The text is no JSON, or has an option that this network does not have.</exception>
    public NetworkOptions ReadOptions(string json)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(json);
        try
        {
            return NetworkOptionsJson.Read(this, json);
        }
        catch (InvalidDataException fault)
        {
            throw new ArgumentException(
                $"'{json}' are no options of {Key}: {fault.InnerException?.Message} Write JSON such as {{\"width\":16,\"depth\":4}}; options of {Key} are "
                + $"{string.Join(", ", NetworkOptionsJson.Names(this))}.", nameof(json), fault);
        }
    }

    private NetworkOptions Own(NetworkOptions options) => options.GetType() == OptionsType ? options
        : options.GetType() == typeof(NetworkOptions) ? OwnOptions(options)
        : throw new ArgumentException($"{Key} was given {options.GetType().Name}. Give {OptionsType.Name}, or NetworkOptions, which every network takes.", nameof(options));

    // A preset's settings, with the sizes of the user's data and what the user set explicitly.
    private NetworkOptions Resolve(NetworkOptions options)
    {
        if (options.Preset is not { } name)
        {
            return options;
        }

        if (!Presets.TryGetValue(name, out var published))
        {
            throw new ArgumentException($"{Key} has no preset '{name}'. Presets: {string.Join(", ", Presets.Keys)}.");
        }

        return published with
        {
            Preset = name,
            SpatialDims = options.SpatialDims,
            InputChannels = options.InputChannels,
            Classes = options.Classes,
            Width = options.Width ?? published.Width,
            Depth = options.Depth ?? published.Depth,
            PatchSize = options.PatchSize ?? published.PatchSize,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Key;
}
