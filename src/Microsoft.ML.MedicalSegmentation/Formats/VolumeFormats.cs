using Microsoft.ML.MedicalSegmentation.Formats.Analyze;
using Microsoft.ML.MedicalSegmentation.Formats.Bmp;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Jpeg;
using Microsoft.ML.MedicalSegmentation.Formats.MetaImage;
using Microsoft.ML.MedicalSegmentation.Formats.Mgh;
using Microsoft.ML.MedicalSegmentation.Formats.Nifti;
using Microsoft.ML.MedicalSegmentation.Formats.Nrrd;
using Microsoft.ML.MedicalSegmentation.Formats.Pairs;
using Microsoft.ML.MedicalSegmentation.Formats.Png;
using Microsoft.ML.MedicalSegmentation.Formats.Tiff;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The formats that volumes are read from and written to, and the doors to them.</summary>
public static class VolumeFormats
{
    /// <summary>How many bytes of a file a format sees to recognise it.</summary>
    public const int StartLength = 1024;

    private static readonly Lock Gate = new();

    /// <summary>Every format, in the order in which files are shown to them; specific ones first.</summary>
    public static IReadOnlyList<IVolumeFormat> All { get; private set; } =
    [
        new NiftiFormat(),
        new NrrdFormat(),
        new MetaImageFormat(),
        new MghFormat(),
        new DicomSeriesFormat(),
        new PngFormat(),
        new JpegFormat(),
        new TiffFormat(),
        new BmpFormat(),

        // Has no magic, so everything with one comes first.
        new AnalyzeFormat(),
    ];

    /// <summary>Adds a format of your own, before the built-in ones.</summary>
    public static void Register(IVolumeFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        lock (Gate)
        {
            All = [format, .. All];
        }
    }

    /// <summary>Reads a volume from a file, or from a folder that holds one DICOM series.</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="region">The block to read; null reads everything.</param>
    /// <param name="options">How to read; null takes the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="VolumeFormatException">No format recognises the file, or it is damaged.</exception>
    /// <exception cref="ArgumentException">The region reaches outside the volume, or an option is out of range.</exception>
    public static Volume Open(string path, VolumeRegion? region = null, VolumeReadOptions? options = null)
        => Open(VolumeSource.FromPath(path, options), region);

    /// <summary>Reads a volume from a source.</summary>
    /// <inheritdoc cref="Open(string, VolumeRegion?, VolumeReadOptions?)"/>
    public static Volume Open(VolumeSource source, VolumeRegion? region = null)
    {
        var volume = Find(source).Read(source, region);
        return volume.Header is { } header ? volume.WithHeader(header with { Source = source.Name }) : volume;
    }

    /// <summary>Reads a label volume.</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="classes">Names of the values. Default: those that the file states (<see cref="VolumeHeader.Classes"/>).</param>
    /// <param name="options">How to read; null takes the defaults. <see cref="VolumeReadOptions.KeepStoredNumbers"/> is set in any case.</param>
    /// <remarks>
    /// Labels are the numbers that the file stores: a mask of 0 and 255 has the classes 0 and 255, a 1-bit mask 0 and 1, a
    /// picture with a palette has the numbers of its colours, and a mask whose 0 is white keeps its numbers. Layers of a
    /// 3D Slicer segmentation whose segments do not overlap become one label volume.
    /// </remarks>
    /// <exception cref="VolumeFormatException">The file is not a volume, or its values are not labels.</exception>
    public static LabelVolume OpenLabels(string path, IReadOnlyList<LabelClass>? classes = null, VolumeReadOptions? options = null)
        => ToLabels(Open(path, options: (options ?? VolumeReadOptions.Default) with { KeepStoredNumbers = true }), path, classes);

    /// <summary>The labels of a volume that was read with <see cref="VolumeReadOptions.KeepStoredNumbers"/>.</summary>
    /// <exception cref="VolumeFormatException">The volume holds no labels.</exception>
    internal static LabelVolume ToLabels(Volume volume, string path, IReadOnlyList<LabelClass>? classes)
    {
        if (volume.Header?.MakeLabels is { } make)
        {
            var labels = make(volume);
            return classes is { Count: > 0 } ? labels.WithClasses(classes) : labels;
        }

        return LabelVolume.TryFromVolume(volume, classes ?? volume.Header?.Classes, out var fault)
            ?? throw new VolumeFormatException(path, volume.Header?.Format, null, fault ?? "");
    }

    /// <summary>Reads what a file says of its volume, without the voxels.</summary>
    /// <inheritdoc cref="Open(string, VolumeRegion?, VolumeReadOptions?)"/>
    public static VolumeHeader ReadHeader(string path) => ReadHeader(VolumeSource.FromPath(path));

    /// <summary>Reads what a source says of its volume, without the voxels.</summary>
    /// <inheritdoc cref="ReadHeader(string)"/>
    public static VolumeHeader ReadHeader(VolumeSource source) => Find(source).ReadHeader(source) with { Source = source.Name };

    /// <summary>Writes a volume; the ending of the path chooses the format. Files are whole or absent.</summary>
    /// <remarks>Endings of headers, such as .hdr, .mhd and .nhdr, write a second file with the voxels beside.</remarks>
    /// <param name="volume">What to write.</param>
    /// <param name="path">Where; a file that is there is replaced.</param>
    /// <param name="options">How to write; null takes the defaults.</param>
    /// <exception cref="ArgumentException">No format that can write has this ending, or an option is out of range.</exception>
    /// <exception cref="NotSupportedException">The format cannot hold this volume.</exception>
    public static void Save(Volume volume, string path, VolumeWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= VolumeWriteOptions.Default;
        options.Validate();
        var (format, extension) = FindByExtension(path);
        if (format is IHeaderDataPairFormat detached && detached.HeaderExtensions.Contains(extension))
        {
            var dataPath = path[..^extension.Length] + detached.DataExtension(extension, options);
            AtomicFile.WritePair(path, dataPath, (header, data) =>
                detached.WriteDetached(volume, header, data, Path.GetFileName(dataPath), extension, options));
        }
        else
        {
            AtomicFile.Write(path, stream => format.Write(volume, stream, extension, options));
        }
    }

    /// <summary>Writes a volume to a stream, in a single-file form.</summary>
    /// <param name="volume">What to write.</param>
    /// <param name="destination">Written from its current position on; stays open.</param>
    /// <param name="extension">Chooses the format, such as ".nii.gz".</param>
    /// <param name="options">How to write; null takes the defaults.</param>
    /// <exception cref="ArgumentException">No format that can write has this ending, or an option is out of range.</exception>
    /// <exception cref="NotSupportedException">The format cannot hold this volume, or needs two files.</exception>
    public static void Save(Volume volume, Stream destination, string extension, VolumeWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(destination);
        options ??= VolumeWriteOptions.Default;
        options.Validate();
        var (format, known) = FindByExtension(extension);
        if (!format.Extensions.Contains(known))
        {
            throw new NotSupportedException($"Volumes named {known} are two files, and a stream is one. Use one of {string.Join(", ", format.Extensions)}.");
        }

        format.Write(volume, destination, known, options);
    }

    /// <summary>Writes a label volume; the ending of the path chooses the format. Files are whole or absent.</summary>
    /// <remarks>
    /// .rtstruct.dcm is a DICOM structure set, every other .dcm a DICOM segmentation; both refer to the DICOM series that the labels were
    /// made from. Use <see cref="DicomSegmentation"/> and <see cref="DicomStructureSet"/> for their options.
    /// </remarks>
    /// <inheritdoc cref="Save(Volume, string, VolumeWriteOptions?)"/>
    public static void Save(LabelVolume labels, string path, VolumeWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (DicomLabelFiles.IsDicom(path))
        {
            DicomLabelFiles.Save(labels, path, null);
            return;
        }

        Save(labels.Voxels, path, options);
    }

    /// <summary>The format that recognises the content of <paramref name="source"/>.</summary>
    /// <exception cref="VolumeFormatException">None does.</exception>
    public static IVolumeFormat Find(VolumeSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var start = ReadStart(source);
        foreach (var format in All)
        {
            if (format.Matches(source, start))
            {
                return format;
            }
        }

        throw new VolumeFormatException(
            source.Name, null, null, $"this is none of the known formats ({string.Join(", ", All.Select(f => f.Name))}). Formats are told by content, not by name: the file may be text, damaged, or of another kind.");
    }

    private static (IVolumeFormat Format, string Extension) FindByExtension(string path)
    {
        // The longest ending wins: ".nii.gz" before ".gz".
        var known = All.Where(f => f.CanWrite).SelectMany(Endings, (format, extension) => (format, extension)).ToList();
        var found = known.Where(pair => path.EndsWith(pair.extension, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(pair => pair.extension.Length)
            .ToList();
        return found.Count > 0
            ? found[0]
            : throw new ArgumentException(
                $"'{path}' has no ending of a format that can be written. Use one of {string.Join(", ", known.Select(pair => pair.extension).Distinct())}.", nameof(path));

        static IEnumerable<string> Endings(IVolumeFormat format)
            => format is IHeaderDataPairFormat detached ? format.Extensions.Concat(detached.HeaderExtensions) : format.Extensions;
    }

    private static byte[] ReadStart(VolumeSource source)
    {
        if (source.IsFolder)
        {
            return [];
        }

        using var stream = source.Open();
        var start = new byte[StartLength];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (VoxelCompression.OfFile(start.AsSpan(0, length), source.Name) is not { Unpack: { } unpack } packing)
        {
            return start[..length];
        }

        stream.Position -= length;
        try
        {
            using var unpacked = unpack(stream);
            length = unpacked.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return start[..length];
        }
        catch (Exception fault) when (VoxelCompression.IsDamage(fault))
        {
            throw new VolumeFormatException(source.Name, packing.Name, null, "the compressed data is damaged. Copy the file again from its origin.", fault);
        }
    }
}
