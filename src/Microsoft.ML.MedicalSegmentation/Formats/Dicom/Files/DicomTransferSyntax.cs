namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

/// <summary>How a data set and its pixels are written down.</summary>
/// <param name="Uid">The standard's identifier.</param>
/// <param name="Name">The standard's name.</param>
/// <param name="IsExplicit">True if each attribute names its value representation.</param>
/// <param name="IsBigEndian">True if the most significant byte comes first.</param>
/// <param name="IsDeflated">True if the data set is packed by deflate.</param>
/// <param name="IsEncapsulated">True where pixels lie compressed in fragments.</param>
internal sealed record DicomTransferSyntax(
    string Uid, string Name, bool IsExplicit = true, bool IsBigEndian = false, bool IsDeflated = false, bool IsEncapsulated = false)
{
    public static readonly DicomTransferSyntax ImplicitLittleEndian = new(
        "1.2.840.10008.1.2",
        "Implicit VR Little Endian",
        IsExplicit: false
    );
    public static readonly DicomTransferSyntax ExplicitLittleEndian = new("1.2.840.10008.1.2.1", "Explicit VR Little Endian");
    public static readonly DicomTransferSyntax ExplicitBigEndian = new("1.2.840.10008.1.2.2", "Explicit VR Big Endian", IsBigEndian: true);

    private static readonly DicomTransferSyntax[] Known =
    [
        ImplicitLittleEndian,
        ExplicitLittleEndian,
        ExplicitBigEndian,
        new("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", IsDeflated: true),
        new("1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed Explicit VR Little Endian", IsEncapsulated: true),
        new("1.2.840.10008.1.2.5", "RLE Lossless", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.50", "JPEG Baseline (Process 1)", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.51", "JPEG Extended (Process 2 and 4)", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.53", "JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.55", "JPEG Full Progression, Non-Hierarchical (Process 10 and 12)", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.57", "JPEG Lossless (Process 14)", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.70", "JPEG Lossless (Process 14, Selection Value 1)", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.81", "JPEG-LS Near-Lossless", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.90", "JPEG 2000 (Lossless Only)", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.91", "JPEG 2000", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 (Lossless Only)", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 RPCL (Lossless Only)", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.100", "MPEG-2 Main Profile", IsEncapsulated: true),
        new("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264", IsEncapsulated: true),
    ];

    /// <summary>True for compressions in which values are approximations.</summary>
    public bool IsLossy =>
        Uid
            is "1.2.840.10008.1.2.4.50"
                or "1.2.840.10008.1.2.4.51"
                or "1.2.840.10008.1.2.4.53"
                or "1.2.840.10008.1.2.4.55"
                or "1.2.840.10008.1.2.4.81"
                or "1.2.840.10008.1.2.4.91"
                or "1.2.840.10008.1.2.4.203";

    /// <summary>True if each frame is a JPEG or JPEG-LS stream, which begins with the mark FF D8.</summary>
    public bool IsJpeg =>
        Uid.StartsWith("1.2.840.10008.1.2.4.5", StringComparison.Ordinal)
        || Uid is "1.2.840.10008.1.2.4.70" or "1.2.840.10008.1.2.4.80" or "1.2.840.10008.1.2.4.81";

    /// <summary>
    /// The transfer syntax of an identifier; an unknown one is taken as a compression of its own, explicit little endian.
    /// </summary>
    public static DicomTransferSyntax Find(string uid)
        => Array.Find(Known, s => s.Uid == uid) ?? new(uid, "an unknown transfer syntax", IsEncapsulated: true);

    public override string ToString() => $"{Name} ({(Uid.Length <= 64 ? Uid : Uid[..64] + "...")})";
}
