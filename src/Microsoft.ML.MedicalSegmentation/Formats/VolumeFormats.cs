using System.IO.Compression;

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
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="VolumeFormatException">No format knows the file, or it is damaged.</exception>
    public static Volume Open(string path, VolumeRegion? region = null) => Open(VolumeSource.FromPath(path), region);

    /// <summary>Reads a volume from a source.</summary>
    /// <inheritdoc cref="Open(string, VolumeRegion?)"/>
    public static Volume Open(VolumeSource source, VolumeRegion? region = null) => Find(source).Read(source, region);

    /// <summary>Reads a label volume.</summary>
    /// <exception cref="VolumeFormatException">The file is no volume, or its values are no labels.</exception>
    public static LabelVolume OpenLabels(string path, IReadOnlyList<LabelClass>? classes = null)
    {
        var volume = Open(path);
        try
        {
            return LabelVolume.FromVolume(volume, classes);
        }
        catch (ArgumentException fault)
        {
            throw new VolumeFormatException(path, volume.Header?.Format, null, fault.Message, fault);
        }
    }

    /// <summary>Reads what a file says of its volume, without the voxels.</summary>
    /// <inheritdoc cref="Open(string, VolumeRegion?)"/>
    public static VolumeHeader ReadHeader(string path)
    {
        var source = VolumeSource.FromPath(path);
        return Find(source).ReadHeader(source);
    }

    /// <summary>Writes a volume; the ending of the path chooses the format. The file is whole or absent.</summary>
    /// <exception cref="ArgumentException">No format that can write has this ending.</exception>
    public static void Save(Volume volume, string path)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var (format, extension) = FindByExtension(path);
        AtomicFile.Write(path, stream => format.Write(volume, stream, extension));
    }

    /// <summary>Writes a label volume; the ending of the path chooses the format. The file is whole or absent.</summary>
    /// <inheritdoc cref="Save(Volume, string)"/>
    public static void Save(LabelVolume labels, string path) => Save(labels.Voxels, path);

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
        var found = All.Where(f => f.CanWrite)
            .SelectMany(f => f.Extensions, (format, extension) => (format, extension))
            .Where(pair => path.EndsWith(pair.extension, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(pair => pair.extension.Length)
            .ToList();
        return found.Count > 0
            ? found[0]
            : throw new ArgumentException(
                $"'{path}' has no ending of a format that can be written. Use one of {string.Join(", ", All.Where(f => f.CanWrite).SelectMany(f => f.Extensions).Distinct())}.", nameof(path));
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
        if (length < 2 || start[0] != 0x1F || start[1] != 0x8B)
        {
            return start[..length];
        }

        stream.Position -= length;
        using var unpacked = new GZipStream(stream, CompressionMode.Decompress);
        try
        {
            length = unpacked.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return start[..length];
        }
        catch (InvalidDataException fault)
        {
            throw new VolumeFormatException(source.Name, "gzip", null, "the compressed data is damaged. Copy the file again from its origin.", fault);
        }
    }
}
