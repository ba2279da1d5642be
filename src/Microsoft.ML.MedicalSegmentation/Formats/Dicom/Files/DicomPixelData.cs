namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

/// <summary>Where the pixels of a file lie; they are read when a frame is wanted.</summary>
/// <param name="Tag">Which of the three attributes for pixels this is.</param>
/// <param name="Vr">OB or OW; decides how bytes swap in big endian files.</param>
/// <param name="Offset">First byte in the unpacked file; of no use where there are fragments.</param>
/// <param name="Length">Bytes of all frames together.</param>
/// <param name="OffsetTable">Start of each frame from the first fragment's item on, where the file gives it.</param>
/// <param name="Fragments">Pieces of compressed frames; null for plain pixels.</param>
internal sealed record DicomPixelData(
    DicomTag Tag,
    string Vr,
    long Offset,
    long Length,
    IReadOnlyList<long>? OffsetTable = null,
    IReadOnlyList<DicomFragment>? Fragments = null
);

/// <summary>One piece of compressed pixels.</summary>
/// <param name="Offset">First byte in the unpacked file.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct DicomFragment(long Offset, int Length);
