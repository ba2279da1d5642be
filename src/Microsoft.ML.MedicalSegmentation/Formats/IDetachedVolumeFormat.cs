namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A format that can also be written as two files, a header and the voxels.</summary>
public interface IDetachedVolumeFormat : IVolumeFormat
{
    /// <summary>Endings of header files, with the ending of the data file that goes with each, such as ".hdr" and ".img".</summary>
    IReadOnlyDictionary<string, string> DetachedExtensions { get; }

    /// <summary>Writes a volume to two streams.</summary>
    /// <param name="volume">What to write.</param>
    /// <param name="header">Receives the header; stays open.</param>
    /// <param name="data">Receives the voxels; stays open.</param>
    /// <param name="dataFileName">How the header calls the data file.</param>
    /// <param name="extension">A key of <see cref="DetachedExtensions"/>.</param>
    /// <param name="options">How to write.</param>
    /// <exception cref="NotSupportedException">The format cannot hold this volume.</exception>
    void WriteDetached(Volume volume, Stream header, Stream data, string dataFileName, string extension, VolumeWriteOptions options);
}
