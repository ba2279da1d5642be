using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Intensity;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Smooths volumes by a Gaussian whose width is given in mm, channel by channel.</summary>
/// <remarks>
/// The same width in mm is another number of voxels along each axis of a volume with thick slices. The kernel ends at four standard
/// deviations; beyond its borders a volume continues mirrored, its last voxel repeated, as in SciPy's gaussian_filter. The result is single
/// precision. NaN and infinite values are refused.
/// </remarks>
public sealed class SmoothEstimator : VolumeEstimator
{
    internal const string Name = "Smooth";

    private readonly Options _options;

    internal SmoothEstimator(Options options)
        : base(Name, [options.InputColumnName ?? options.OutputColumnName], [options.OutputColumnName]) => _options = options.Validated();

    /// <summary>Options of <see cref="SmoothEstimator"/>.</summary>
    public sealed record Options : ICheckedSettings
    {
        /// <summary>The column of smoothed volumes that is added.</summary>
        /// <value>Default: "Image".</value>
        [JsonIgnore]
        public string OutputColumnName { get; init; } = "Image";

        /// <summary>The column of volumes.</summary>
        /// <value>Default: null, the output column.</value>
        [JsonIgnore]
        public string? InputColumnName { get; init; }

        /// <summary>Standard deviation of the Gaussian.</summary>
        /// <value>mm, above 0 and at most 100. Default: 1. An axis whose voxels are more than ten times as long stays as it is.</value>
        public double Sigma { get; init; } = 1;

        /// <inheritdoc/>
        public void Validate()
        {
            var faults = new OptionFaults();
            faults.Require(Sigma is > 0 and <= 100, nameof(Sigma), Sigma, "above 0 and at most 100 mm");
            faults.ThrowIfAny(Name);
        }
    }

    private protected override RowFunction MakeFunction(InputColumns columns) => new Smoothing(_options);
}

/// <content>Smoothing.</content>
public static partial class IntensityCatalog
{
    /// <summary>Smooths volumes by a Gaussian.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of smoothed volumes that is added.</param>
    /// <param name="inputColumnName">The column of volumes. Default: the output column.</param>
    /// <param name="sigma">Standard deviation of the Gaussian in mm.</param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static SmoothEstimator Smooth(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Image",
        string? inputColumnName = null,
        double sigma = 1
    ) =>
        catalog.Smooth(
            new SmoothEstimator.Options
            {
                OutputColumnName = outputColumnName,
                InputColumnName = inputColumnName,
                Sigma = sigma,
            }
        );

    /// <summary>Smooths volumes by a Gaussian.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
    public static SmoothEstimator Smooth(this SegmentationTransformsCatalog catalog, SmoothEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }
}

/// <summary>Smooths the volume of a row: each slice along x and y, then the columns along z, by vectors on several threads.</summary>
internal sealed class Smoothing(SmoothEstimator.Options options)
    : SettingsFunction<VolumeInput, VolumeOutput, SmoothEstimator.Options>(options, new SmoothContract())
{
    // Below it a kernel is a single 1.
    private const double LeastDeviation = 0.1;
    private const int ColumnsAtOnce = 1024;

    public override void Apply(VolumeInput input, VolumeOutput output)
    {
        var (volume, shape) = (input.Volume, input.Volume.Shape);
        var values = LargeArray.Allocate<float>(checked((int)shape.Count));
        volume.CopyValues(0, values);
        FiniteValues.Settle(values, volume, replacement: null);
        var spacing = volume.Geometry.Spacing;
        var (alongX, alongY, alongZ) = (Kernel(spacing.X), Kernel(spacing.Y), Kernel(spacing.Z));
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            CancellationToken = ScoringScope.Current?.CancellationToken ?? default,
        };
        var plane = shape.Width * shape.Height;
        Parallel.For(0, shape.Channels * shape.Depth, parallel, slice =>
        {
            var slices = values.AsSpan(slice * plane, plane);
            Convolve(slices, shape.Along(0), alongX, 0, 1);
            Convolve(slices, shape.Along(1), alongY, 0, shape.Width);
        });
        var strips = (plane + ColumnsAtOnce - 1) / ColumnsAtOnce;
        Parallel.For(
            0,
            shape.Channels * strips,
            parallel,
            part =>
            {
                var (channel, strip) = Math.DivRem(part, strips);
                Convolve(
                    values.AsSpan(channel * plane * shape.Depth, plane * shape.Depth),
                    shape.Along(2),
                    alongZ,
                    strip * ColumnsAtOnce,
                    Math.Min(plane, (strip + 1) * ColumnsAtOnce)
                );
            }
        );
        output.Volume = Volume.Create(values, shape, volume.Geometry, header: volume.Header);
    }

    private static void Convolve(Span<float> voxels, VoxelAxis axis, float[]? kernel, int from, int to)
    {
        if (kernel is not null)
        {
            LineFilter.Convolve(voxels, axis, kernel, from, to);
        }
    }

    private float[]? Kernel(double spacing) =>
        Settings.Sigma / spacing is var deviation and > LeastDeviation ? LineFilter.Gaussian(deviation) : null;
}

/// <summary>Version 1 of saved Smooth.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class SmoothContract()
    : RowContract<VolumeInput, VolumeOutput>(ContractName, state => new Smoothing(state.Read<SmoothEstimator.Options>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "Smooth/1";
}
