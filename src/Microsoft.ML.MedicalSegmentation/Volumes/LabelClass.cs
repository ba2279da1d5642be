namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One structure of a segmentation.</summary>
/// <param name="Value">The number that marks it in label volumes, 0 to 65,535; 0 is the background.</param>
/// <param name="Name">What users call it, such as "liver".</param>
public sealed record LabelClass(int Value, string Name)
{
    /// <summary>The colour to show it in; null leaves it to the viewer.</summary>
    public LabelColor? Color { get; init; }

    /// <summary>What it is in a coding scheme, for DICOM objects; null finds the code by the name.</summary>
    public DicomCode? Code { get; init; }

    /// <summary>
    /// True for a value that marks voxels of no class, such as nnU-Net's "ignore": it has no output, and its voxels count in no loss and no
    /// metric.
    /// </summary>
    /// <value>Default: false.</value>
    public bool IsIgnored { get; init; }

    /// <summary>The largest label value.</summary>
    public const int MaximumValue = ushort.MaxValue;

    /// <summary>A name for classes without one: "background", "class 1", ...</summary>
    public static LabelClass Unnamed(int value) => new(value, value == 0 ? "background" : $"class {value}");
}
