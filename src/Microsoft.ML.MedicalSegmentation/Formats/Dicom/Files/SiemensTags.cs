namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

/// <summary>The private attributes of Siemens that describe a mosaic of slices.</summary>
internal static class SiemensTags
{
    private const string CsaCreator = "SIEMENS CSA HEADER";
    private const string MrCreator = "SIEMENS MR HEADER";

    /// <summary>True for private attributes that describe a mosaic, once their creator has been read.</summary>
    public static bool IsWanted(DicomDataSet set, DicomTag tag)
        => (tag.Group == 0x0029 && (tag.Element & 0xFF) == 0x10 && IsOf(set, tag, CsaCreator))
            || (tag.Group == 0x0019 && (tag.Element & 0xFF) == 0x0A && IsOf(set, tag, MrCreator));

    /// <summary>The value representation of private attributes where the file does not say.</summary>
    public static string ImpliedVr(DicomTag tag) => tag.Group == 0x0019 && (tag.Element & 0xFF) == 0x0A ? "US" : "UN";

    /// <summary>The CSA image header; null if the file has none.</summary>
    public static DicomElement? FindCsaHeader(DicomDataSet set) => Find(set, 0x0029, 0x10, CsaCreator);

    /// <summary>The number of images in a mosaic; null if the file does not say.</summary>
    public static DicomElement? FindImageCount(DicomDataSet set) => Find(set, 0x0019, 0x0A, MrCreator);

    private static DicomElement? Find(DicomDataSet set, int group, int element, string creator) =>
        set
            .Elements.FirstOrDefault(e =>
                e.Key.Group == group && e.Key.Element > 0xFF && (e.Key.Element & 0xFF) == element && IsOf(set, e.Key, creator)
            )
            .Value;

    private static bool IsOf(DicomDataSet set, DicomTag tag, string creator)
        => tag.Element > 0xFF && set.Text(new DicomTag(tag.Group, tag.Element >> 8)) == creator;
}
