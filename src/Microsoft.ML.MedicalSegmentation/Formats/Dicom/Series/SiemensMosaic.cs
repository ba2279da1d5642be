using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>Siemens' mosaics: all slices of one time point as tiles of one frame, row by row, tiles left over black.</summary>
/// <remarks>
/// The file's position is that of a slice as large as the mosaic with the same centre, so it must move by half the
/// difference (https://nipy.org/nibabel/dicom/dicom_mosaic.html). Slices follow the normal that Siemens' header gives,
/// which may be opposite to the cross product of the axes.
/// </remarks>
internal static class SiemensMosaic
{
    /// <summary>The slices of a mosaic; null for other images.</summary>
    /// <exception cref="VolumeFormatException">The mosaic does not say how many slices it has, or where they lie.</exception>
    public static IReadOnlyList<DicomFrame>? Split(DicomImage image, IReadOnlyList<DicomFrame> frames)
    {
        var set = image.File.DataSet;
        if (frames.Count != 1 || !set.Texts(DicomTags.ImageType).Contains("MOSAIC"))
        {
            return null;
        }

        var csa = SiemensTags.FindCsaHeader(set)?.Value ?? [];
        var stated = SiemensTags.FindImageCount(set) is { Value: [var low, var high], BigEndian: var isBig }
            ? (isBig ? (low << 8) | high : low | (high << 8))
            : 0;
        var count = SiemensCsaHeader.Numbers(csa, "NumberOfImagesInMosaic") is [var n, ..] ? n : stated;
        var normal = SiemensCsaHeader.Numbers(csa, "SliceNormalVector");
        var frame = frames[0];
        var tiles = (int)Math.Ceiling(Math.Sqrt(count));
        if (
            !(count >= 1 && count <= 10_000)
            || normal.Length != 3
            || frame.Plane is not { Position: { } corner, Thickness: { } step } plane
        )
        {
            throw Fault(
                set,
                $"it is a mosaic, but it states {count} slices and {normal.Length} numbers of their normal, and "
                    + $"{(frame.Plane.Position is null ? "no" : "a")} position; the count, SliceNormalVector, Image Position (Patient) "
                    + "and the slice distance are all needed. Convert the original series, with its private attributes kept"
            );
        }

        var (width, height) = (image.Format.Columns / tiles, image.Format.Rows / tiles);
        if (width * tiles != image.Format.Columns || height * tiles != image.Format.Rows)
        {
            throw Fault(
                set,
                $"{count} slices need {tiles} x {tiles} tiles, which do not fill {image.Format.Columns} x {image.Format.Rows} "
                    + "pixels. The file is damaged"
            );
        }

        var first = corner
            + (plane.Row * (plane.SpacingX * (image.Format.Columns - width) / 2.0))
            + (plane.Column * (plane.SpacingY * (image.Format.Rows - height) / 2.0));
        var sign = Vector3D.Dot(plane.Normal, new(normal[0], normal[1], normal[2]));
        if (Math.Abs(Math.Abs(sign) - 1) > 1e-2)
        {
            throw Fault(
                set,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the slice normal of Siemens' header and that of Image Orientation (Patient) have cosine {sign:0.####}; it "
                        + $"must be 1 or -1. The file is damaged"
                )
            );
        }

        var across = plane.Normal * (Math.Sign(sign) * step);
        return [.. Enumerable.Range(0, (int)count).Select(i => frame with
        {
            Plane = plane with { Position = first + (across * i) },
            Tile = (i % tiles * width, i / tiles * height, width, height),
        })];
    }

    private static VolumeFormatException Fault(DicomDataSet set, string message) => set.Fault(DicomTags.ImageType, message);
}
