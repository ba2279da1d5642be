namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>A way to keep volumes in files. One class per format, listed once in <see cref="VolumeFormats.All"/>.</summary>
/// <remarks>
/// Files are hostile until validated: a format checks every size, offset and length before it takes memory, and ends in a
/// volume or in <see cref="VolumeFormatException"/>, nothing else. Formats hold no state and may be used by many threads.
/// </remarks>
public interface IVolumeFormat
{
    /// <summary>What users call it, such as "NIfTI".</summary>
    string Name { get; }

    /// <summary>File name endings with their dot, the usual one first, such as ".nii.gz". Used for writing only.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>True for formats that can write.</summary>
    bool CanWrite { get; }

    /// <summary>
    /// True for formats of pictures: few voxel types, and no position in a patient. They are read and written as far as they go.
    /// </summary>
    bool IsImage => false;

    /// <summary>Recognises the format by content.</summary>
    /// <param name="source">The file or folder, for formats that must look further than the start.</param>
    /// <param name="start">
    /// The first bytes, up to <see cref="VolumeFormats.StartLength"/>, unpacked where the file is gzip; empty for folders.
    /// </param>
    bool Matches(VolumeSource source, ReadOnlySpan<byte> start);

    /// <summary>Reads what the file says, without the voxels.</summary>
    /// <exception cref="VolumeFormatException">The header breaks a rule of the format.</exception>
    VolumeHeader ReadHeader(VolumeSource source);

    /// <summary>Reads voxels.</summary>
    /// <param name="source">The file or folder.</param>
    /// <param name="region">The block to read; null reads everything.</param>
    /// <exception cref="VolumeFormatException">The file breaks a rule of the format, or ends early.</exception>
    /// <exception cref="ArgumentException">The region reaches outside the volume.</exception>
    Volume Read(VolumeSource source, VolumeRegion? region = null);

    /// <summary>Writes a volume to a stream in this format's single-file form.</summary>
    /// <param name="volume">What to write; voxel type and scaling are kept where the format can.</param>
    /// <param name="destination">Written from its current position on; stays open.</param>
    /// <param name="extension">One of <see cref="Extensions"/>; chooses compression.</param>
    /// <param name="options">How to write.</param>
    /// <exception cref="NotSupportedException">The format cannot write, or cannot hold this volume; says which can.</exception>
    void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options);
}
