namespace Microsoft.ML.MedicalSegmentation.Volumes;

/// <summary>A format's own header, of which labels made from an image keep the place and units only.</summary>
internal interface IOriginalHeader
{
    /// <summary>A header with the geometry and units of this one, without its texts, extensions and codes.</summary>
    object GeometryOnly();
}
