namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

/// <summary>Frames that lie plain in fragments (Encapsulated Uncompressed Explicit VR Little Endian).</summary>
internal sealed class UncompressedDecoder : IDicomPixelDecoder
{
    public int LargestRatio => 1;

    public bool CanDecode(string transferSyntaxUid) => transferSyntaxUid == "1.2.840.10008.1.2.1.98";

    public void Decode(DicomFrameFormat format, ReadOnlySpan<byte> compressed, Span<byte> frame)
    {
        if (compressed.Length < frame.Length)
        {
            throw new InvalidDataException($"the frame has {compressed.Length} bytes of {frame.Length}");
        }

        compressed[..frame.Length].CopyTo(frame);
    }
}
