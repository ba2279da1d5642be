using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Where the labels of a column come from: one object for a LoadLabelVolumes and all transforms of its labels.</summary>
/// <remarks>
/// It travels as an annotation of the column. Transforms whose first input has one only process labels: they pass rows without these
/// labels as they are, and a model zip holds their options but no stage of ML.NET's that would need the column, which cases to score do
/// not have. A transform that needs the labels for something else, such as a mask of an image, says so in <see cref="IsNeeded"/>.
/// </remarks>
internal sealed class LabelOrigin
{
    private const string Kind = "MedicalSegmentation.LabelOrigin";

    /// <summary>True if a model cannot score without these labels.</summary>
    public bool IsNeeded { get; set; }

    /// <summary>The origin of a column's labels; null for other columns.</summary>
    public static LabelOrigin? Of(DataViewSchema.Annotations? annotations)
    {
        if (annotations?.Schema.GetColumnOrNull(Kind) is not { Type: OriginType })
        {
            return null;
        }

        LabelOrigin? origin = null;
        annotations.GetValue(Kind, ref origin);
        return origin;
    }

    /// <summary>Annotations with this origin, unless they have one.</summary>
    public DataViewSchema.Annotations Mark(DataViewSchema.Annotations annotations)
    {
        if (Of(annotations) is not null)
        {
            return annotations;
        }

        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(annotations, kind => kind != Kind);
        builder.Add(Kind, new OriginType(), (ref LabelOrigin value) => value = this);
        return builder.ToAnnotations();
    }

    private sealed class OriginType() : StructuredDataViewType(typeof(LabelOrigin))
    {
        public override bool Equals(DataViewType? other) => other is OriginType;

        public override bool Equals(object? obj) => obj is OriginType;

        public override int GetHashCode() => typeof(OriginType).GetHashCode();

        public override string ToString() => nameof(LabelOrigin);
    }
}
