using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How holes within an outline are written.</summary>
public enum DicomHoles
{
    /// <summary>Joined to the outline by a channel of no width: CLOSED_PLANAR, which every viewer and planning system reads.</summary>
    Keyhole,

    /// <summary>As outlines of their own that are taken out of the others: CLOSEDPLANAR_XOR of the 2017 edition of the standard.</summary>
    ExclusiveOr,
}

/// <summary>One outline of a structure, closed and in one plane.</summary>
/// <param name="Points">Corners in millimetres of the patient, RAS+; the last is joined to the first.</param>
public sealed record DicomContour(IReadOnlyList<Vector3D> Points)
{
    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}

/// <summary>One structure of a structure set.</summary>
/// <param name="Number">ROI Number: the label in label volumes.</param>
/// <param name="Name">ROI Name.</param>
public sealed record DicomStructure(int Number, string Name)
{
    /// <summary>The colour to show it in; null leaves it to the viewer.</summary>
    public LabelColor? Color { get; init; }

    /// <summary>Closed outlines. Outlines in the same plane are combined by exclusive or, so that an inner one is a hole.</summary>
    public IReadOnlyList<DicomContour> Contours { get; init; } = [];

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}
