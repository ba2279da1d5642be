using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Runtime;

namespace Microsoft.ML.MedicalSegmentation.Networks.Definition;

/// <summary>
/// What a network is called, where it is from, and how it is built. Networks make theirs with <see cref="NetworkEntry{TOptions}"/>.
/// </summary>
public abstract class NetworkEntry
{
    private protected NetworkEntry()
    {
    }

    /// <summary>The name in files and on command lines, in kebab case: "attention-unet".</summary>
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
    public IReadOnlyDictionary<string, NetworkOptions> Presets { get; init; } = new Dictionary<string, NetworkOptions>();

    /// <summary>
    /// Sizes of the image, by preset, for which computations were published, where the preset does not fix the size itself.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> PublishedSizes { get; init; } = new Dictionary<string, IReadOnlyList<long>>();

    /// <summary>Numbers of spatial axes that it can be built for.</summary>
    public IReadOnlyList<int> SpatialDims { get; init; } = [2, 3];

    /// <summary>The loss that a trainer uses unless it is given another.</summary>
    /// <value>Default: <see cref="DiceCrossEntropyLoss"/>; networks of papers set their paper's.</value>
    public Loss Loss { get; init; } = new DiceCrossEntropyLoss();

    /// <summary>The record that chooses the network.</summary>
    public abstract Type OptionsType { get; }

    /// <summary>The network's default options.</summary>
    public abstract NetworkOptions DefaultOptions { get; }

    /// <summary>The options of a preset, in any case; the defaults where none is named.</summary>
    /// <exception cref="ArgumentException">There is no such preset; the message lists them.</exception>
    public NetworkOptions OptionsOf(string? preset) => preset is null ? DefaultOptions
        : Presets.FirstOrDefault(entry => string.Equals(entry.Key, preset, StringComparison.OrdinalIgnoreCase)).Value
        ?? throw new ArgumentException($"{Key} has no preset '{preset}'. Presets: {string.Join(", ", Presets.Keys)}.", nameof(preset));

    /// <summary>Builds the network with fresh weights, in training mode, on the CPU.</summary>
    /// <param name="options">The network's own record.</param>
    /// <exception cref="ArgumentException">An option is impossible or another network's, or memory does not suffice.</exception>
    /// <exception cref="ExecutionEnvironmentException">TorchSharp's native libraries are missing or do not load.</exception>
    public Network Create(NetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.GetType() != OptionsType)
        {
            throw new ArgumentException($"{Key} was given {options.GetType().Name}. Give {OptionsType.Name}.", nameof(options));
        }

        options.Validate();
        Libtorch.Require();
        try
        {
            return Build(options);
        }
        catch (Exception fault) when (fault is ExternalException or OutOfMemoryException or OverflowException)
        {
            throw new ArgumentException(
                $"{Key} with {options.InputChannels} channels, {options.Classes} "
                    + $"classes{(options.Width is { } width ? $" and width {width}" : "")} cannot be built: "
                    + $"{fault.Message.Split('\n')[0]} Make it smaller.",
                fault
            );
        }
    }

    /// <summary>Reads options of this network from JSON with names such as "width"; options that are missing have their defaults.</summary>
    /// <exception cref="ArgumentException">The text is not JSON, or has an option that this network does not have.</exception>
    public NetworkOptions ReadOptions(string json)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(json);
        try
        {
            return NetworkOptionsJson.Read(this, json);
        }
        catch (InputDataException fault)
        {
            throw new ArgumentException(
                $"'{json}' are not valid options of {Key}: {fault.InnerException?.Message} Write JSON such as "
                    + $"{{\"width\":16,\"depth\":4}}; options of {Key} are {string.Join(", ", NetworkOptionsJson.Names(this))}.",
                nameof(json),
                fault
            );
        }
    }

    /// <inheritdoc/>
    public sealed override string ToString() => Key;

    private protected abstract Network Build(NetworkOptions options);
}

/// <summary>The entry of a network whose options are <typeparamref name="TOptions"/>.</summary>
/// <param name="create">Builds the network from valid options.</param>
/// <typeparam name="TOptions">The network's own record.</typeparam>
public sealed class NetworkEntry<TOptions>(Func<TOptions, Network> create) : NetworkEntry
    where TOptions : NetworkOptions, new()
{
    /// <inheritdoc/>
    public override Type OptionsType => typeof(TOptions);

    /// <inheritdoc/>
    public override NetworkOptions DefaultOptions => new TOptions();

    private protected override Network Build(NetworkOptions options) => create((TOptions)options);
}
