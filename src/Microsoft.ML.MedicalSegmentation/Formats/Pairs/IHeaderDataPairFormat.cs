using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Pairs;

/// <summary>A format that can also be written as two files, a header and the voxels.</summary>
internal interface IHeaderDataPairFormat : IVolumeFormat
{
    /// <summary>Endings of header files, such as ".hdr".</summary>
    IReadOnlyList<string> HeaderExtensions { get; }

    /// <summary>The ending of the data file that goes with a header, such as ".img".</summary>
    /// <param name="headerExtension">One of <see cref="HeaderExtensions"/>.</param>
    /// <param name="options">How to write; may choose compression.</param>
    string DataExtension(string headerExtension, VolumeWriteOptions options);

    /// <summary>Writes a volume to two streams.</summary>
    /// <param name="volume">What to write.</param>
    /// <param name="header">Receives the header; stays open.</param>
    /// <param name="data">Receives the voxels; stays open.</param>
    /// <param name="dataFileName">How the header calls the data file.</param>
    /// <param name="headerExtension">One of <see cref="HeaderExtensions"/>.</param>
    /// <param name="options">How to write.</param>
    /// <exception cref="NotSupportedException">The format cannot hold this volume.</exception>
    void WriteDetached(Volume volume, Stream header, Stream data, string dataFileName, string headerExtension, VolumeWriteOptions options);
}
