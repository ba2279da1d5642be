using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The decoders of compressed DICOM pixels.</summary>
public static class DicomPixelDecoders
{
    private static readonly Lock Gate = new();

    /// <summary>Every decoder; the first that can decode a transfer syntax is used.</summary>
    /// <value>
    /// Default: RLE Lossless, JPEG Lossless (process 14, any predictor), and JPEG Baseline, Extended and progressive of 8 and 12 bits.
    /// </value>
    public static IReadOnlyList<IDicomPixelDecoder> All { get; private set; } =
    [new RleDecoder(), new JpegLosslessDecoder(), new JpegLossyDecoder(), new UncompressedDecoder()];

    /// <summary>Adds a decoder of your own, before those that are there.</summary>
    public static void Register(IDicomPixelDecoder decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        lock (Gate)
        {
            All = [decoder, .. All];
        }
    }

    /// <summary>Removes a decoder; false if it is not there.</summary>
    public static bool Unregister(IDicomPixelDecoder decoder)
    {
        lock (Gate)
        {
            var remaining = All.Where(d => !ReferenceEquals(d, decoder)).ToArray();
            var isThere = remaining.Length < All.Count;
            All = remaining;
            return isThere;
        }
    }

    /// <summary>The decoder of a transfer syntax.</summary>
    /// <exception cref="VolumeFormatException">There is none; names the transfer syntax and the remedy.</exception>
    internal static IDicomPixelDecoder Find(DicomTransferSyntax syntax, string source) =>
        All.FirstOrDefault(d => d.CanDecode(syntax.Uid))
        ?? throw new VolumeFormatException(
            source,
            "DICOM",
            null,
            $"the pixels are compressed by {syntax}, which no decoder here unpacks. Unpack the file first (dcmdjpeg, gdcmconv "
                + "--raw). An application can register a decoder of its own, such as one around fo-dicom or GDCM."
        );
}
