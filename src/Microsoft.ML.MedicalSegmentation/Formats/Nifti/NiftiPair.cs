using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nifti;

/// <summary>Finds the other file of a volume whose header (.hdr) and voxels (.img) are two files.</summary>
/// <remarks>Header and voxels are packed independently, by gzip or bzip2: .hdr.gz may lie beside .img, and the other way round.</remarks>
internal static class NiftiPair
{
    private static readonly string[] Packings = [".gz", ".bz2"];

    /// <summary>The header file where <paramref name="source"/> is the .img of a pair; otherwise the source itself.</summary>
    public static VolumeSource HeaderOf(VolumeSource source) => Partner(source, ".img", ".hdr") ?? source;

    /// <summary>
    /// The first bytes of the header: those of the .hdr where the source is the .img of a pair, which nothing else tells.
    /// </summary>
    /// <param name="source">Any file.</param>
    /// <param name="start">Its own first bytes.</param>
    public static ReadOnlySpan<byte> StartOfHeader(VolumeSource source, ReadOnlySpan<byte> start)
    {
        if (Partner(source, ".img", ".hdr") is not { } header)
        {
            return start;
        }

        using var data = VoxelData.OpenPossiblyPacked(header.Name, "NIfTI", header.Open());
        return data.ReadUpTo(NiftiHeader.LongestBytes);
    }

    /// <summary>The voxel file of a header file.</summary>
    /// <exception cref="VolumeFormatException">It is not there.</exception>
    public static VolumeSource VoxelsOf(VolumeSource header, string format) =>
        Partner(header, ".hdr", ".img")
        ?? throw new VolumeFormatException(
            header.Name,
            format,
            null,
            header.Path is null
                ? "the voxels are in a second file (.img), which a stream does not have. Read such volumes by path."
                : "the voxels are in a second file, which is not there. Put the file that ends in .img or .img.gz beside this header; "
                    + "it has the same name otherwise."
        );

    private static VolumeSource? Partner(VolumeSource source, string from, string to)
    {
        if (source.Path is not { } path)
        {
            return null;
        }

        var packing = Array.Find(Packings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ?? "";
        var plain = path[..^packing.Length];
        if (!plain.EndsWith(from, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var stem = plain[..^4];
        to = char.IsUpper(plain[^1]) ? to.ToUpperInvariant() : to;
        string[] endings = [packing, "", .. Packings];
        return endings.Select(ending => stem + to + ending).FirstOrDefault(File.Exists) is { } found
            ? source.Sibling(Path.GetFileName(found))
            : null;
    }
}
