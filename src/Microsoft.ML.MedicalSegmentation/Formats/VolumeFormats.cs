using Microsoft.ML.MedicalSegmentation.Formats.Analyze;
using Microsoft.ML.MedicalSegmentation.Formats.Bmp;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;
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
    /// <param name="cancellationToken">Ends reading.</param>
    /// <exception cref="ArgumentException">The region reaches outside the volume, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Volume Open(
        string path, VolumeRegion? region = null, VolumeReadOptions? options = null, CancellationToken cancellationToken = default)
        => Open(VolumeSource.FromPath(path, options), region, cancellationToken);

    /// <summary>Reads a volume from a source.</summary>
    /// <inheritdoc cref="Open(string, VolumeRegion?, VolumeReadOptions?, CancellationToken)"/>
    public static Volume Open(VolumeSource source, VolumeRegion? region = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        source = source.With(cancellationToken);
        var volume = Find(source).Read(source, region);
        return volume.Header is { } header ? volume.WithHeader(header with { Source = source.Name }) : volume;
    }

    /// <summary>Reads a volume from a file, or from a folder that holds one DICOM series, by asynchronous reads.</summary>
    /// <remarks>
    /// Files are read into memory as they are, a region's whole file included, and the volume is made from there: unpacking and conversion
    /// are computing, on the thread that continues after the last read. Only the beginning of a file that is no volume is read.
    /// </remarks>
    /// <inheritdoc cref="Open(string, VolumeRegion?, VolumeReadOptions?, CancellationToken)"/>
    public static Task<Volume> OpenAsync(
        string path, VolumeRegion? region = null, VolumeReadOptions? options = null, CancellationToken cancellationToken = default)
        => ReadAsync(path, options, source => Open(source, region, cancellationToken), cancellationToken);

    /// <summary>Reads a label volume.</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="classes">Names of the values. Default: those that the file states (<see cref="VolumeHeader.Classes"/>).</param>
    /// <param name="options">
    /// How to read; null takes the defaults. <see cref="VolumeReadOptions.KeepStoredNumbers"/> is set in any case.
    /// </param>
    /// <remarks>
    /// Labels are the numbers that the file stores: a mask of 0 and 255 has the classes 0 and 255, a 1-bit mask 0 and 1, a
    /// picture with a palette has the numbers of its colours, and a mask whose 0 is white keeps its numbers. Layers of a
    /// 3D Slicer segmentation whose segments do not overlap become one label volume.
    /// </remarks>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <exception cref="VolumeFormatException">The file is not a volume, or its values are not labels.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LabelVolume OpenLabels(
        string path, IReadOnlyList<LabelClass>? classes = null, VolumeReadOptions? options = null,
        CancellationToken cancellationToken = default)
        => ToLabels(Open(path, null, OfLabels(options), cancellationToken), path, classes);

    /// <summary>Reads a label volume by asynchronous reads, as <see cref="OpenAsync"/> does.</summary>
    /// <inheritdoc cref="OpenLabels"/>
    public static Task<LabelVolume> OpenLabelsAsync(
        string path, IReadOnlyList<LabelClass>? classes = null, VolumeReadOptions? options = null,
        CancellationToken cancellationToken = default)
        => ReadAsync(path, OfLabels(options), source => ToLabels(Open(source, null, cancellationToken), path, classes), cancellationToken);

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
    /// <inheritdoc cref="Open(string, VolumeRegion?, VolumeReadOptions?, CancellationToken)"/>
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
    /// <param name="cancellationToken">Ends writing; no file is left then.</param>
    /// <exception cref="NotSupportedException">The format cannot hold this volume.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Save(Volume volume, string path, VolumeWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (paths, write) = Writing(volume, path, options);
        AtomicFile.Write(paths, write, cancellationToken);
    }

    /// <summary>Writes a volume by asynchronous writes; the ending of the path chooses the format. Files are whole or absent.</summary>
    /// <remarks>The file is made in memory first, packed where its format packs: that is computing, on the calling thread.</remarks>
    /// <inheritdoc cref="Save(Volume, string, VolumeWriteOptions?, CancellationToken)"/>
    public static Task SaveAsync(
        Volume volume, string path, VolumeWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (paths, write) = Writing(volume, path, options);
        return AtomicFile.WriteAsync(paths, write, cancellationToken);
    }

    /// <summary>Writes a volume to a stream, in a single-file form.</summary>
    /// <param name="volume">What to write.</param>
    /// <param name="destination">Written from its current position on; stays open.</param>
    /// <param name="extension">Chooses the format, such as ".nii.gz".</param>
    /// <param name="options">How to write; null takes the defaults.</param>
    /// <exception cref="ArgumentException">No format that can write has this ending, or an option is out of range.</exception>
    /// <param name="cancellationToken">Ends writing; the stream then holds a part of the file.</param>
    /// <exception cref="NotSupportedException">The format cannot hold this volume, or needs two files.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Save(
        Volume volume, Stream destination, string extension, VolumeWriteOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(destination);
        options ??= VolumeWriteOptions.Default;
        options.Validate();
        var (format, known) = FindByExtension(extension);
        if (!format.Extensions.Contains(known))
        {
            throw new NotSupportedException(
                $"Volumes named {known} are two files, and a stream is one. Use one of {string.Join(", ", format.Extensions)}."
            );
        }

        var target = cancellationToken.CanBeCanceled ? new UndisposedStream(destination, cancellationToken) : destination;
        format.Write(volume, target, known, options);
    }

    /// <summary>Writes a label volume; the ending of the path chooses the format. Files are whole or absent.</summary>
    /// <remarks>
    /// .rtstruct.dcm is a DICOM structure set, every other .dcm a DICOM segmentation; both refer to the DICOM series that the labels were
    /// made from. Use <see cref="DicomSegmentation"/> and <see cref="DicomStructureSet"/> for their options.
    /// </remarks>
    /// <inheritdoc cref="Save(Volume, string, VolumeWriteOptions?, CancellationToken)"/>
    public static void Save(
        LabelVolume labels, string path, VolumeWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (DicomLabelFiles.IsDicom(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            DicomLabelFiles.Save(labels, path, null);
            return;
        }

        Save(labels.Voxels, path, options, cancellationToken);
    }

    /// <summary>
    /// Writes a label volume by asynchronous writes, as <see cref="SaveAsync(Volume, string, VolumeWriteOptions?, CancellationToken)"/>
    /// does.
    /// </summary>
    /// <exception cref="NotSupportedException">The ending is that of a DICOM object, or the format cannot hold this volume.</exception>
    /// <inheritdoc cref="Save(LabelVolume, string, VolumeWriteOptions?, CancellationToken)"/>
    public static Task SaveAsync(
        LabelVolume labels, string path, VolumeWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return DicomLabelFiles.IsDicom(path)
            ? throw new NotSupportedException(
                $"'{path}' is a DICOM object, which is not written asynchronously. Use Save, or another format."
            )
            : SaveAsync(labels.Voxels, path, options, cancellationToken);
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
            source.Name, null, null, Directory.Exists(source.Name)
                ? "this is a folder without DICOM files. Name one of the files in it, or a folder of DICOM files."
                : $"this is none of the known formats ({string.Join(", ", All.Select(f => f.Name))}). Formats are told by content, "
                    + "not by name: the file may be text, damaged, or of another kind."
        );
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
                $"'{path}' has no ending of a format that can be written. Use one of "
                    + $"{string.Join(", ", known.Select(pair => pair.extension).Distinct())}.",
                nameof(path)
            );

        static IEnumerable<string> Endings(IVolumeFormat format)
            => format is IHeaderDataPairFormat detached ? format.Extensions.Concat(detached.HeaderExtensions) : format.Extensions;
    }

    private static VolumeReadOptions OfLabels(VolumeReadOptions? options)
        => (options ?? VolumeReadOptions.Default) with { KeepStoredNumbers = true };

    private static async Task<T> ReadAsync<T>(
        string path, VolumeReadOptions? options, Func<VolumeSource, T> read, CancellationToken cancellationToken)
    {
        var buffers = new FileBuffers();
        var source = VolumeSource.FromPath(path, (options ?? VolumeReadOptions.Default) with { Buffers = buffers });
        if (source is { IsFolder: true, Path: { } folder })
        {
            await DicomFolder.Load(folder, buffers, cancellationToken).ConfigureAwait(false);
        }

        return await buffers.Read(_ => read(source), cancellationToken).ConfigureAwait(false);
    }

    // The files of a volume, and what fills them, in their order.
    private static (string[] Paths, Action<Stream[]> Write) Writing(Volume volume, string path, VolumeWriteOptions? options)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= VolumeWriteOptions.Default;
        options.Validate();
        var (format, extension) = FindByExtension(path);
        if (format is IHeaderDataPairFormat detached && detached.HeaderExtensions.Contains(extension))
        {
            // The header comes last, so that it never names voxels that are not there.
            var dataPath = path[..^extension.Length] + detached.DataExtension(extension, options);
            var dataName = Path.GetFileName(dataPath);
            return ([dataPath, path], streams => detached.WriteDetached(volume, streams[1], streams[0], dataName, extension, options));
        }

        return ([path], streams => format.Write(volume, streams[0], extension, options));
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
            throw new VolumeFormatException(
                source.Name,
                packing.Name,
                null,
                "the compressed data is damaged. Copy the file again from its origin.",
                fault
            );
        }
    }
}
