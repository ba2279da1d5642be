namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Unpacks compressed DICOM frames. Put one into <see cref="DicomPixelDecoders"/> to read what the built-in ones cannot.</summary>
/// <remarks>
/// fo-dicom's transcoders and GDCM decode JPEG, JPEG-LS and JPEG 2000; a class of a few lines around either plugs in here.
/// A decoder holds no state and may be called by many threads.
/// </remarks>
public interface IDicomPixelDecoder
{
    /// <summary>True for transfer syntaxes that this decoder unpacks.</summary>
    bool CanDecode(string transferSyntaxUid);

    /// <summary>The most bytes that one compressed byte can give; a file that claims more is refused before memory is taken.</summary>
    /// <value>At least 1. Default 1032, which is generous for every JPEG.</value>
    int LargestRatio => 1032;

    /// <summary>Unpacks one frame.</summary>
    /// <param name="format">Sizes and sample type.</param>
    /// <param name="compressed">The frame's fragments, joined.</param>
    /// <param name="frame">
    /// Receives <see cref="DicomFrameFormat.SizeInBytes"/> bytes: samples in little endian, row by row, the samples of a pixel together.
    /// </param>
    /// <exception cref="InvalidDataException">The frame is damaged, or of other sizes.</exception>
    void Decode(DicomFrameFormat format, ReadOnlySpan<byte> compressed, Span<byte> frame);
}
