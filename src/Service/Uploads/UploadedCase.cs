using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Uploads;

/// <summary>What of an upload is scored: the paths of the channels, and their sizes by the headers.</summary>
/// <param name="Paths">A path for each channel; FOLDER#UID for a DICOM series.</param>
/// <param name="Voxels">Voxels of one channel.</param>
/// <param name="DecodedBytes">What the voxels of all channels take as stored.</param>
/// <param name="IsDicom">True for a DICOM series, to which SEG and RTSTRUCT can refer.</param>
internal sealed record UploadedCase(IReadOnlyList<string> Paths, long Voxels, long DecodedBytes, bool IsDicom)
{
    private const int StudyListLength = 12;

    /// <summary>Memory that scoring takes beyond the model: stored voxels, two copies in single precision, labels and doubt.</summary>
    public long EstimatedBytes => DecodedBytes + (2 * sizeof(float) * Voxels * Paths.Count) + (6 * Voxels);

    /// <summary>Finds what to score, and refuses it by its headers before memory is taken.</summary>
    /// <param name="folder">The files of the upload.</param>
    /// <param name="channels">Channels that the model takes; null for an upload that was looked at before.</param>
    /// <param name="series">The Series Instance UID that the client chose; null where there is one series.</param>
    /// <param name="options">Limits.</param>
    /// <param name="cancellationToken">Ends unpacking.</param>
    /// <exception cref="ServiceFault">Nothing or too much can be scored.</exception>
    /// <exception cref="VolumeFormatException">A file is damaged.</exception>
    public static UploadedCase Find(
        string folder,
        int? channels,
        string? series,
        SegmentationServiceOptions options,
        CancellationToken cancellationToken
    )
    {
        var files = FilesOf(folder);
        var study = Path.Combine(folder, "study");
        if (files.Count == 1 && StudyArchive.IsZip(files[0]))
        {
            // The zip goes last: where unpacking was cut short, it begins anew.
            if (Directory.Exists(study))
            {
                Directory.Delete(study, recursive: true);
            }

            StudyArchive.Unpack(files[0], study, options, cancellationToken);
            File.Delete(files[0]);
            files = [];
        }

        if (files.Count == 0 && Directory.Exists(study))
        {
            (folder, files) = (study, FilesOf(study));
        }

        if (files.Count == 0)
        {
            throw new ServiceFault(422, "empty-upload", "The upload holds no file.");
        }

        var reading = new VolumeReadOptions { MaximumBytes = options.MaximumDecodedBytes };
        var isDicom = files.Any(file => IsDicomFile(file, reading));
        string[] paths = isDicom ? [SeriesPath(folder, series)] : Volumes(files, channels);
        var headers = paths.Select(path => Header(path, reading)).ToList();
        var decoded = headers.Aggregate(
            (Int128)0,
            (sum, header) => sum + ((Int128)header.Shape.Count * VoxelTypes.SizeOf(header.VoxelType))
        );
        if (decoded > options.MaximumDecodedBytes)
        {
            throw new ServiceFault(
                413,
                "volume-too-large",
                $"The voxels take {decoded} bytes when decoded; this service takes {options.MaximumDecodedBytes}."
            );
        }

        var found = new UploadedCase(paths, headers.Max(h => h.Shape.ChannelCount), (long)decoded, isDicom);
        return found.EstimatedBytes <= options.MemoryBytes
            ? found
            : throw new ServiceFault(
                413,
                "volume-too-large",
                $"Scoring the volume takes about {found.EstimatedBytes} bytes of memory; this service has {options.MemoryBytes}."
            );
    }

    private static List<string> FilesOf(string folder) => [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)];

    private static bool IsDicomFile(string file, VolumeReadOptions reading)
    {
        try
        {
            return VolumeFormats.Find(VolumeSource.FromPath(file, reading)).Name == "DICOM";
        }
        catch (VolumeFormatException)
        {
            // Told when it is read, unless a study has such files beside its images.
            return false;
        }
    }

    private static VolumeHeader Header(string path, VolumeReadOptions reading)
    {
        var source = VolumeSource.FromPath(path, reading);
        return VolumeFormats.Find(source).ReadHeader(source);
    }

    private static string SeriesPath(string folder, string? wanted)
    {
        var series = DicomSeries.Find(folder).Where(one => !one.IsSegmentation).ToList();
        var chosen = series.Where(one => wanted is null || one.Uid == wanted).ToList();
        return chosen.Count == 1
            ? $"{folder}#{chosen[0].Uid}"
            : throw new ServiceFault(
                422,
                "series-not-chosen",
                $"The study holds {series.Count} image series"
                    + $"{(wanted is null ? "" : ", none of them the wanted one")}. Choose one by ?series=UID: "
                    + string.Join("; ", series.Take(StudyListLength).Select(one => $"{one.Modality}, {one.Files.Count} files, {one.Uid}"))
                    + "."
            );
    }

    private static string[] Volumes(List<string> files, int? channels)
    {
        // A header that names a data file stands for both.
        bool HasEnding(string path, params string[] endings) =>
            endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        if (files.Any(file => HasEnding(file, ".mhd", ".nhdr")))
        {
            files = [.. files.Where(file => HasEnding(file, ".mhd", ".nhdr"))];
        }

        files =
        [
            .. files.Where(file =>
                !HasEnding(file, ".img", ".img.gz")
                || !files.Any(other =>
                    HasEnding(other, ".hdr")
                    && Path.GetFileName(file).StartsWith(Path.GetFileNameWithoutExtension(other) + ".", StringComparison.OrdinalIgnoreCase)
                )
            ),
        ];
        return files.Count == 1 || channels is null || files.Count == channels
            ? [.. files]
            : throw new ServiceFault(
                422,
                "wrong-channels",
                $"The upload holds {files.Count} volumes; the model takes one file, or {channels} in the order of training."
            );
    }
}
