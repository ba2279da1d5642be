using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Nifti;

namespace Microsoft.ML.MedicalSegmentation.Formats.Analyze;

/// <summary>ANALYZE 7.5, read only: a header (.hdr) and voxels (.img), each plain or gzip, of either byte order.</summary>
/// <remarks>
/// The format does not say which side is left nor where the origin is. As nibabel does, x is taken to grow to the
/// patient's left and the origin to lie in the middle; notes on the header say so.
/// </remarks>
internal sealed class AnalyzeFormat : IVolumeFormat
{
    /// <inheritdoc/>
    public string Name => "ANALYZE 7.5";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".hdr", ".hdr.gz"];

    /// <inheritdoc/>
    public bool CanWrite => false;

    /// <inheritdoc/>
    public bool Matches(VolumeSource source, ReadOnlySpan<byte> start)
        => AnalyzeHeader.Recognise(NiftiPair.StartOfHeader(source, start)) is not null;

    /// <inheritdoc/>
    public VolumeHeader ReadHeader(VolumeSource source)
    {
        using var file = NiftiFile.Open(source, AnalyzeHeader.TryParse);
        return file.Header;
    }

    /// <inheritdoc/>
    public Volume Read(VolumeSource source, VolumeRegion? region = null)
    {
        using var file = NiftiFile.Open(source, AnalyzeHeader.TryParse);
        return file.Read(region);
    }

    /// <inheritdoc/>
    public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options) =>
        throw new NotSupportedException(
            "ANALYZE 7.5 cannot keep the position of a volume, so it is not written. Write NIfTI (.nii.gz) instead."
        );
}
