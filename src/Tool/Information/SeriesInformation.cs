using MedSeg.Terminal;

namespace MedSeg.Information;

/// <summary>Lists the DICOM series of a folder; nothing about the patient.</summary>
internal static class SeriesInformation
{
    private const int ShownOfUid = 16;

    /// <summary>The series below a folder; none if the folder itself is one volume, or has no DICOM files.</summary>
    public static IReadOnlyList<DicomSeries> Find(string folder)
    {
        var series = DicomSeries.Find(folder);
        var isVolume =
            series is [var only]
            && only.Files.All(file =>
                Path.GetFullPath(Path.GetDirectoryName(file) ?? "") == Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))
            );
        return isVolume ? [] : series;
    }

    public static void Print(string folder, IReadOnlyList<DicomSeries> series, bool json)
    {
        if (json)
        {
            Report.Json(new { path = folder, series = series.Select(one => ToJson(folder, one)) });
            return;
        }

        Report.Table(["series", "modality", "size", "spacing", "files", "frames", "folder"], series.Select(one => Row(folder, one)));
    }

    private static string[] Row(string folder, DicomSeries one)
    {
        var (header, fault) = Header(one);
        return
        [
            Shortened(one.Uid),
            one.Modality,
            header?.Shape.ToString() ?? $"no volume: {fault}",
            header is null ? "" : $"{header.Geometry.Spacing} mm",
            $"{one.Files.Count}",
            $"{one.FrameCount}",
            FolderOf(folder, one),
        ];
    }

    private static object ToJson(string folder, DicomSeries one)
    {
        var (header, fault) = Header(one);
        return new
        {
            one.Uid,
            one.Modality,
            shape = header is null ? null : new { header.Shape.Width, header.Shape.Height, header.Shape.Depth, header.Shape.Channels },
            spacing = header is null ? null : new[] { header.Geometry.Spacing.X, header.Geometry.Spacing.Y, header.Geometry.Spacing.Z },
            orientation = header?.Geometry.OrientationCode,
            files = one.Files.Count,
            frames = one.FrameCount,
            folder = FolderOf(folder, one),
            fault,
        };
    }

    private static (VolumeHeader? Header, string? Fault) Header(DicomSeries one)
    {
        try
        {
            return (one.ReadHeader(), null);
        }
        catch (VolumeFormatException fault)
        {
            return (null, fault.Message);
        }
    }

    // The end of a UID differs between series; its start names the institution that made it.
    private static string Shortened(string uid) => uid.Length > ShownOfUid ? $"...{uid[^ShownOfUid..]}" : uid;

    private static string FolderOf(string folder, DicomSeries one) =>
        Path.GetRelativePath(folder, Path.GetDirectoryName(Path.GetFullPath(one.Files[0])) ?? folder);
}
