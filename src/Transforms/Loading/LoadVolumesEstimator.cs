using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Loading;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Reads files into a column of <see cref="Volume"/>s; several files of a row become the channels of one volume.</summary>
/// <remarks>
/// Files are read when a row's volume is asked for, not before. Their formats are those of <see cref="VolumeFormats.All"/>,
/// told by content. Voxels keep their stored type; channels of different types become single precision.
/// </remarks>
public sealed class LoadVolumesEstimator : VolumeEstimator
{
    internal const string Name = "LoadVolumes";

    private readonly VolumeLoadingSettings _settings;

    internal LoadVolumesEstimator(Options options)
        : base(Name, options.PathColumnNames, [options.OutputColumnName])
    {
        var faults = new OptionFaults();
        faults.Add(options.PathColumnNames.Length == 0, "PathColumnNames is empty; name at least one column of paths.");
        faults.ThrowIfAny(Name);
        _settings = new(options.Folder);
    }

    /// <summary>Options of <see cref="LoadVolumesEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of volumes that is added. Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>Columns of paths, texts or vectors of texts, in the order of channels. Default "ImagePath".</summary>
        public string[] PathColumnNames = ["ImagePath"];

        /// <summary>Where relative paths start. Default: the current directory.</summary>
        public string? Folder;
    }

    private protected override RowFunction MakeFunction(InputColumns columns) => new VolumeLoading(_settings);
}

/// <summary>What loading needs to know.</summary>
/// <param name="Folder">Where relative paths start; null for the current directory.</param>
internal sealed record VolumeLoadingSettings(string? Folder)
{
    /// <summary>The path of a file that a row names.</summary>
    /// <exception cref="ArgumentException">The row names none.</exception>
    public string Resolve(string path)
        => string.IsNullOrWhiteSpace(path)
            ? throw new ArgumentException("A row has an empty path. Every row must name its file.")
            : Folder is null ? path : Path.Combine(Folder, path);
}

/// <summary>Reads the files of a row into one volume.</summary>
internal sealed class VolumeLoading(VolumeLoadingSettings settings) : RowFunction<PathsInput, VolumeOutput>(new LoadVolumesContract())
{
    public override void Apply(PathsInput input, VolumeOutput output)
    {
        var paths = Array.ConvertAll(input.ToStrings(), settings.Resolve);
        output.Volume =
            paths.Length == 0
                ? throw new ArgumentException("A row has no path: its vector of paths is empty. Every row must name at least one file.")
                : ChannelStack.Stack(
                    Array.ConvertAll(
                        paths,
                        path => VolumeFormats.Open(path, cancellationToken: ScoringScope.Current?.CancellationToken ?? default)
                    ),
                    paths
                );
    }

    public override SavedState ToState() => SavedState.Of(settings);
}

/// <summary>Version 1 of saved LoadVolumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class LoadVolumesContract()
    : RowContract<PathsInput, VolumeOutput>(ContractName, state => new VolumeLoading(state.Read<VolumeLoadingSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "LoadVolumes/1";
}
