namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What a decoder must know of a compressed frame, and what it must deliver.</summary>
/// <param name="TransferSyntaxUid">How the frame is compressed, such as "1.2.840.10008.1.2.4.90" for JPEG 2000.</param>
/// <param name="Columns">Pixels along a row.</param>
/// <param name="Rows">Rows.</param>
/// <param name="SamplesPerPixel">1, or 3 for colours.</param>
/// <param name="BitsAllocated">8, 16 or 32: the size of one sample in the result.</param>
/// <param name="BitsStored">Bits that carry a sample.</param>
/// <param name="IsSigned">True where samples are in two's complement.</param>
/// <param name="PhotometricInterpretation">The standard's term, such as "MONOCHROME2" or "YBR_FULL_422".</param>
public sealed record DicomFrameFormat(
    string TransferSyntaxUid,
    int Columns,
    int Rows,
    int SamplesPerPixel,
    int BitsAllocated,
    int BitsStored,
    bool IsSigned,
    string PhotometricInterpretation
)
{
    /// <summary>Samples of one frame.</summary>
    public long Samples => (long)Columns * Rows * SamplesPerPixel;

    /// <summary>Bytes of one decoded frame.</summary>
    public long SizeInBytes => Samples * (BitsAllocated / 8);
}
