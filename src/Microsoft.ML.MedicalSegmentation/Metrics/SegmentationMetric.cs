namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A number that says how well a structure of a case was segmented; <see cref="MetricList"/> has those of the library.</summary>
public sealed class SegmentationMetric
{
    private readonly Func<StructureComparison, double> _measure;

    /// <summary>Defines a metric.</summary>
    /// <param name="key">Names it on the command line and in files, such as "dice".</param>
    /// <param name="name">Names it in tables.</param>
    /// <param name="unit">Its unit, such as "mm"; empty for a pure number.</param>
    /// <param name="definition">The definition in a sentence.</param>
    /// <param name="measure">Computes it; NaN excludes the case from means.</param>
    public SegmentationMetric(string key, string name, string unit, string definition, Func<StructureComparison, double> measure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        ArgumentNullException.ThrowIfNull(measure);
        (Key, Name, Unit, Definition, _measure) = (key, name, unit, definition, measure);
    }

    /// <summary>Names it on the command line and in files.</summary>
    public string Key { get; }

    /// <summary>Names it in tables.</summary>
    public string Name { get; }

    /// <summary>Its unit; empty for a pure number.</summary>
    public string Unit { get; }

    /// <summary>The definition in a sentence.</summary>
    public string Definition { get; }

    /// <summary>The value for one structure of one case; NaN if it has none.</summary>
    public double Measure(StructureComparison comparison) => _measure(comparison);

    /// <summary>Key and definition.</summary>
    public override string ToString() => $"{Key}: {Definition}";
}
