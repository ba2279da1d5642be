using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>What an attribute that differs between slices at one place means.</summary>
internal enum DicomKeyRole
{
    /// <summary>The kind of image: slices of one channel never differ in it.</summary>
    Kind,

    /// <summary>A parameter of the image: distinguishes channels if every place has the same values.</summary>
    Parameter,

    /// <summary>A time or a count: only puts slices in order.</summary>
    Order,

    /// <summary>A time within a cycle, such as the heart's: puts the slices of each place in order, whatever other places have.</summary>
    Cycle,
}

/// <summary>An attribute that distinguishes slices at one place.</summary>
/// <param name="Name">Stands in notes and errors.</param>
/// <param name="Role">What a difference means.</param>
internal sealed record DicomFrameKey(string Name, DicomKeyRole Role)
{
    public static readonly DicomFrameKey Time = new("temporal position", DicomKeyRole.Kind);
    public static readonly DicomFrameKey Echo = new("echo number", DicomKeyRole.Kind);
    public static readonly DicomFrameKey EchoTime = new("echo time", DicomKeyRole.Kind);
    public static readonly DicomFrameKey DiffusionWeight = new("b-value", DicomKeyRole.Kind);
    public static readonly DicomFrameKey Component = new("complex component", DicomKeyRole.Kind);
    public static readonly DicomFrameKey FrameType = new("frame type", DicomKeyRole.Kind);
    public static readonly DicomFrameKey ImageType = new("image type", DicomKeyRole.Kind);
    public static readonly DicomFrameKey Detector = new("detector", DicomKeyRole.Kind);
    public static readonly DicomFrameKey EnergyWindow = new("energy window", DicomKeyRole.Kind);
    public static readonly DicomFrameKey Phase = new("phase", DicomKeyRole.Kind);
    public static readonly DicomFrameKey Interval = new("heart beat interval", DicomKeyRole.Kind);
    public static readonly DicomFrameKey TimeSlot = new("time slot", DicomKeyRole.Kind);
    public static readonly DicomFrameKey CardiacPhase = new("percentage of the cardiac phase", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey TimeOffset = new("temporal position", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey Directionality = new("diffusion directionality", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey Gradient = new("gradient direction", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey InversionTime = new("inversion time", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey FlipAngle = new("flip angle", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey Contrast = new("contrast", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey Sequence = new("sequence name", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey Voltage = new("tube voltage", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey Kernel = new("reconstruction kernel", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey Stack = new("stack", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey Acquisition = new("acquisition number", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey AcquisitionTime = new("acquisition time", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey ReferenceTime = new("frame reference time", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey ContentTime = new("content time", DicomKeyRole.Parameter);
    public static readonly DicomFrameKey Trigger = new("trigger time", DicomKeyRole.Cycle);
    public static readonly DicomFrameKey AcquisitionOrder = new("acquisition number", DicomKeyRole.Order);
    public static readonly DicomFrameKey AcquisitionTimeOrder = new("acquisition time", DicomKeyRole.Order);
    public static readonly DicomFrameKey ReferenceTimeOrder = new("frame reference time", DicomKeyRole.Order);
    public static readonly DicomFrameKey ContentTimeOrder = new("content time", DicomKeyRole.Order);
    public static readonly DicomFrameKey Instance = new("instance number", DicomKeyRole.Order);
    public static readonly DicomFrameKey Frame = new("frame number", DicomKeyRole.Order);

    /// <summary>True for counts that say nothing by themselves of what a slice shows: only the run of a whole volume does.</summary>
    public bool IsCount => this == Instance || this == Frame;

    /// <summary>The key of one number of Dimension Index Values.</summary>
    public static DicomFrameKey Dimension(int index) =>
        new(FormattableString.Invariant($"dimension index {index + 1}"), DicomKeyRole.Parameter);
}

/// <summary>A value by which slices are told apart and ordered: a number, and then a text.</summary>
internal readonly record struct DicomKeyValue(double Number, string Text = "") : IComparable<DicomKeyValue>
{
    public int CompareTo(DicomKeyValue other)
        => Number.CompareTo(other.Number) is not 0 and var order ? order : string.CompareOrdinal(Text, other.Text);

    public override string ToString() => Text.Length > 0 ? Text : Number.ToString("0.####", CultureInfo.InvariantCulture);
}
