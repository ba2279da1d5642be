using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>What a format reads from: a file, a folder, or a stream with a name.</summary>
public abstract class VolumeSource
{
    /// <summary>No file system in use has longer paths below one folder.</summary>
    private const int LongestName = 1024;

    private VolumeSource(string name) => Name = name;

    /// <summary>The path or name as the caller gave it; stands in errors.</summary>
    public string Name { get; }

    /// <summary>The path of the file or folder; null for a stream.</summary>
    public virtual string? Path => null;

    /// <summary>How to read.</summary>
    public VolumeReadOptions Options { get; private set; } = VolumeReadOptions.Default;

    /// <summary>Ends reading: what <see cref="Open"/> returns checks it at every read, and a format may check it in between.</summary>
    public CancellationToken CancellationToken => Options.CancellationToken;

    /// <summary>How many threads may read from it at once.</summary>
    public int MaximumThreads => Options.MaximumThreads;

    /// <summary>True for a folder.</summary>
    public virtual bool IsFolder => false;

    /// <summary>The Series Instance UID that chooses one DICOM series of a folder; null for all other sources.</summary>
    internal virtual string? SeriesUid => null;

    /// <summary>A file or folder on disk.</summary>
    /// <param name="path">File or folder; FOLDER#UID for the DICOM series with that Series Instance UID in a folder of several.</param>
    /// <param name="options">How to read; null takes the defaults.</param>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    /// <exception cref="ArgumentException">The path is empty, or an option is out of range.</exception>
    public static VolumeSource FromPath(string path, VolumeReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= VolumeReadOptions.Default;
        options.Validate();
        return Directory.Exists(path) ? new FolderSource(path) { Options = options }
            : File.Exists(path) ? new FileSource(path) { Options = options }
            : path.LastIndexOf('#') is > 0 and var end && Directory.Exists(path[..end])
                ? new FolderSource(path, path[..end], path[(end + 1)..]) { Options = options }
            : throw ExistingPath.Missing(path, "file or folder");
    }

    /// <summary>A stream, read from its current position. It must be able to seek, and stays open.</summary>
    /// <param name="stream">The bytes of one file.</param>
    /// <param name="name">Stands in errors.</param>
    /// <param name="options">How to read; null takes the defaults.</param>
    /// <exception cref="ArgumentException">The stream cannot seek, or an option is out of range.</exception>
    public static VolumeSource FromStream(Stream stream, string name = "stream", VolumeReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= VolumeReadOptions.Default;
        options.Validate();
        return stream.CanSeek
            ? new StreamSource(stream, name) { Options = options }
            : throw new ArgumentException("The stream cannot seek. Copy it to a MemoryStream or a file first.", nameof(stream));
    }

    /// <summary>The same source with another token.</summary>
    internal VolumeSource With(CancellationToken cancellationToken)
    {
        if (cancellationToken == CancellationToken)
        {
            return this;
        }

        var copy = (VolumeSource)MemberwiseClone();
        copy.Options = Options with { CancellationToken = cancellationToken };
        return copy;
    }

    /// <summary>The bytes, from the start. The caller disposes what it gets.</summary>
    /// <exception cref="InvalidOperationException">This is a folder.</exception>
    public abstract Stream Open();

    /// <summary>A file beside this one, for formats whose header names a data file.</summary>
    /// <param name="fileName">A plain file name, or a relative path below this file's folder.</param>
    /// <exception cref="VolumeFormatException">The name leaves the folder, is absolute, or there is no such file.</exception>
    public abstract VolumeSource Sibling(string fileName);

    private sealed class FileSource(string path) : VolumeSource(path)
    {
        public override string Path => Name;

        public override Stream Open() => Options.Buffers is { } buffers ? new UndisposedStream(buffers.Open(Name), CancellationToken)
            : CancellationToken.CanBeCanceled ? new CancellableFileStream(Name, CancellationToken)
            : new FileStream(Name, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);

        public override VolumeSource Sibling(string fileName)
        {
            if (fileName.Length is 0 or > LongestName || fileName.Any(char.IsControl))
            {
                throw new VolumeFormatException(
                    Name,
                    null,
                    null,
                    $"the header names a data file by {fileName.Length} characters that are not a file name. The header is damaged."
                );
            }

            var folder = System.IO.Path.GetFullPath(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Name)) ?? ".");
            var full = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, fileName));

            // A header is data from strangers: it must not make us read files elsewhere.
            if (
                System.IO.Path.IsPathRooted(fileName)
                || !full.StartsWith(folder + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal)
            )
            {
                throw new VolumeFormatException(
                    Name,
                    null,
                    null,
                    $"the header names the data file '{fileName}', which lies outside the header's folder. Put the data file beside "
                        + "the header and name it without a path."
                );
            }

            return File.Exists(full)
                ? new FileSource(full) { Options = Options }
                : throw new VolumeFormatException(
                    Name,
                    null,
                    null,
                    $"the header names the data file '{fileName}', which is not there. Put it beside the header."
                );
        }
    }

    private sealed class FolderSource(string name, string path, string? seriesUid = null) : VolumeSource(name)
    {
        public FolderSource(string path)
            : this(path, path)
        {
        }

        public override string Path => path;

        internal override string? SeriesUid => seriesUid;

        public override bool IsFolder => true;

        public override Stream Open() => throw new InvalidOperationException($"'{Name}' is a folder; only its files can be opened.");

        public override VolumeSource Sibling(string fileName) =>
            throw new InvalidOperationException($"'{Name}' is a folder; it has no sibling files.");
    }

    private sealed class StreamSource(Stream stream, string name) : VolumeSource(name)
    {
        private readonly long _start = stream.Position;

        public override Stream Open()
        {
            stream.Position = _start;
            return new UndisposedStream(stream, CancellationToken);
        }

        public override VolumeSource Sibling(string fileName) =>
            throw new VolumeFormatException(
                Name,
                null,
                null,
                $"the header names the data file '{fileName}', but a stream has no files beside it. Read such volumes by path."
            );
    }
}
