using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What the images of a training were like, and how an image to score differs from them.</summary>
/// <remarks>
/// A number is doubtful if it lies outside the range of training by more than <see cref="Tolerance"/> of the range, and by more than
/// <see cref="RelativeTolerance"/> of the nearest end of the range (intensities: of the span from the lowest to the highest of training).
/// So a training with one spacing allows for spacings near it. Another orientation alone is no warning where scoring turns volumes itself.
/// </remarks>
public sealed record InputProfile
{
    /// <summary>
    /// Lowest value of each feature, in the order spacing (3), field of view (3), 1st percentile, median, 99th percentile, roughness.
    /// </summary>
    public required IReadOnlyList<double> Lowest { get; init; }

    /// <summary>Highest value of each feature.</summary>
    public required IReadOnlyList<double> Highest { get; init; }

    /// <summary>Orientations that occurred.</summary>
    public required IReadOnlyList<string> Orientations { get; init; }

    /// <summary>Image channels.</summary>
    public required int Channels { get; init; }

    /// <summary>Images measured, n.</summary>
    public required int Count { get; init; }

    /// <summary>How far outside the range a value may lie, as a fraction of the range. Default: 0.25.</summary>
    public double Tolerance { get; init; } = 0.25;

    /// <summary>How far outside the range a value may lie, as a fraction of the end of the range. Default: 0.1.</summary>
    public double RelativeTolerance { get; init; } = 0.1;

    /// <summary>Sums up the images of a training.</summary>
    /// <param name="images">Features of each.</param>
    /// <exception cref="ArgumentException">There are none, or their channels differ.</exception>
    public static InputProfile Of(IEnumerable<InputFeatures> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        List<InputFeatures> all = [.. images];
        if (all.Count == 0 || all.Any(one => one.Channels != all[0].Channels))
        {
            throw new ArgumentException(
                all.Count == 0 ? "There are no images to learn from." : "The images differ in their number of channels.", nameof(images));
        }

        List<double[]> values = [.. all.Select(one => one.ToArray())];
        return new()
        {
            Lowest = [.. Enumerable.Range(0, values[0].Length).Select(i => values.Min(one => one[i]))],
            Highest = [.. Enumerable.Range(0, values[0].Length).Select(i => values.Max(one => one[i]))],
            Orientations = [.. all.Select(one => one.Orientation).Distinct().Order(StringComparer.Ordinal)],
            Channels = all[0].Channels,
            Count = all.Count,
        };
    }

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    /// <summary>The range of several trainings together.</summary>
    /// <param name="profiles">One or more of one number of channels.</param>
    /// <param name="count">Images in all; those that several trainings share count once.</param>
    internal static InputProfile Join(IReadOnlyList<InputProfile> profiles, int count) => profiles[0] with
    {
        Lowest = [.. profiles[0].Lowest.Select((_, i) => profiles.Min(one => one.Lowest[i]))],
        Highest = [.. profiles[0].Highest.Select((_, i) => profiles.Max(one => one.Highest[i]))],
        Orientations = [.. profiles.SelectMany(one => one.Orientations).Distinct().Order(StringComparer.Ordinal)],
        Count = count,
    };

    /// <summary>How an image differs from those of training, in sentences; empty if it does not.</summary>
    public IReadOnlyList<string> Check(Volume image) => Check(InputFeatures.Of(image));

    /// <inheritdoc cref="Check(Volume)"/>
    public IReadOnlyList<string> Check(InputFeatures image)
    {
        ArgumentNullException.ThrowIfNull(image);
        List<string> warnings = [];
        if (image.Channels != Channels)
        {
            warnings.Add($"The image has {image.Channels} channels; those of training have {Channels}.");
        }

        if (image.NotFinite > 0)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{image.NotFinite:P2} of the voxels are NaN or infinite."));
        }

        var values = image.ToArray();
        for (var i = 0; i < Math.Min(values.Length, Lowest.Count); i++)
        {
            if (Excess(values[i], i) > 0)
            {
                var (name, unit) = InputFeatures.Names[i];
                warnings.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The {name} is {values[i]:0.###}{(unit.Length > 0 ? " " + unit : "")}; in training it was "
                            + $"{Lowest[i]:0.###} to {Highest[i]:0.###} ({Count} images)."
                    )
                );
            }
        }

        return warnings;
    }

    // How far a value lies beyond what is allowed; negative inside.
    private double Excess(double value, int i)
    {
        var (low, high) = (Lowest[i], Highest[i]);
        var isIntensity = i is >= 6 and <= 8;
        var scale = isIntensity ? Highest[8] - Lowest[6] : 0;
        double Allowed(double end) => Math.Max(Tolerance * (high - low), RelativeTolerance * (isIntensity ? scale : Math.Abs(end)));
        return double.IsNaN(value) ? 1 : Math.Max(low - Allowed(low) - value, value - high - Allowed(high));
    }
}
