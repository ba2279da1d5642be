using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>One slice: a frame of a file, or a tile of one, with its place, its scaling and the data sets that describe it.</summary>
internal sealed record DicomFrame(DicomImage Image, int Index, DicomPlane Plane, VoxelScaling Scaling, DicomFrameGroups Groups)
{
    private DicomFrameOrder? _order;

    /// <summary>The part of the frame that is this slice; the whole frame unless it is a mosaic.</summary>
    public (int X, int Y, int Width, int Height) Tile { get; init; } = (0, 0, Image.Format.Columns, Image.Format.Rows);

    /// <summary>What frame vectors say of the frame, such as its energy window; empty for other images.</summary>
    public IReadOnlyList<KeyValuePair<DicomFrameKey, DicomKeyValue>> Vectors { get; init; } = [];

    /// <summary>What distinguishes the slice from others at the same place; read on first use.</summary>
    public DicomFrameOrder Order => _order ??= DicomFrameOrder.Read(Groups, Index, Vectors);

    /// <summary>The name of the file without its folder, for errors.</summary>
    public string FileName => Path.GetFileName(Image.File.Source.Name);

    /// <summary>All slices of an image, in the file's order.</summary>
    /// <param name="image">The image.</param>
    /// <param name="notes">Receives what was odd but could be settled.</param>
    public static IReadOnlyList<DicomFrame> Read(DicomImage image, ICollection<string> notes)
    {
        var set = image.File.DataSet;
        var shared = set.FirstItem(DicomTags.SharedFunctionalGroupsSequence);
        var perFrame = set.Items(DicomTags.PerFrameFunctionalGroupsSequence);
        if (perFrame.Count > 0 && perFrame.Count < image.Frames)
        {
            throw set.Fault(
                DicomTags.PerFrameFunctionalGroupsSequence,
                $"it describes {perFrame.Count} frames; the image has {image.Frames}. The file is damaged"
            );
        }

        if (perFrame.Count > image.Frames)
        {
            notes.Add($"{perFrame.Count} frames are described, and the image has {image.Frames}: those were taken for the first ones.");
        }

        if (set.Has(DicomTags.ModalityLutSequence))
        {
            throw set.Fault(
                DicomTags.ModalityLutSequence,
                "values come from a table, which is not applied here. Export the image anew with Rescale Slope and Intercept"
            );
        }

        var frames = new List<DicomFrame>();
        var assumed = new List<string>();
        for (var index = 0; index < image.Frames; index++)
        {
            var groups = new DicomFrameGroups(perFrame.Count > 0 ? perFrame[index] : null, shared, set);
            frames.Add(new(image, index, DicomPlane.Read(groups, assumed), ReadScaling(groups, image), groups));
        }

        if (DicomTomography.Place(image, frames, notes) is { } slices)
        {
            return slices;
        }

        assumed.ForEach(note => DicomPixelSize.AddOnce(notes, note));
        return SiemensMosaic.Split(image, frames) ?? DicomDose.Place(image, frames);
    }

    private static VoxelScaling ReadScaling(DicomFrameGroups groups, DicomImage image)
    {
        var set = groups.Root;
        var slope =
            groups.Find(DicomTags.PixelValueTransformationSequence, DicomTags.RescaleSlope)?.Number(DicomTags.RescaleSlope)
            ?? set.Number(DicomTags.DoseGridScaling)
            ?? 1;
        var intercept =
            groups.Find(DicomTags.PixelValueTransformationSequence, DicomTags.RescaleIntercept)?.Number(DicomTags.RescaleIntercept) ?? 0;
        if (slope == 0)
        {
            throw set.Fault(DicomTags.RescaleSlope, "it is 0, which makes all values alike; it must be another number");
        }

        var scaling = new VoxelScaling(slope, intercept);
        if (!image.IsInverted || image.KeepsNumbers || !scaling.IsIdentity)
        {
            return scaling;
        }

        // MONOCHROME1 shows small numbers bright: value = largest + smallest - stored makes large values bright again.
        var sum = image.Format.IsSigned ? -1 : Math.Pow(2, image.Format.BitsStored) - 1;
        return new(-1, sum);
    }
}
