namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One slice: a frame of a file, or a tile of one, with its place, scaling and what tells it from others at the same place.</summary>
internal sealed record DicomFrame(DicomImage Image, int Index, DicomPlane Plane, VoxelScaling Scaling, DicomFrameOrder Order)
{
    /// <summary>The part of the frame that is this slice; the whole frame unless it is a mosaic.</summary>
    public (int X, int Y, int Width, int Height) Tile { get; init; } = (0, 0, Image.Format.Columns, Image.Format.Rows);

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
                DicomTags.PerFrameFunctionalGroupsSequence, $"it describes {perFrame.Count} frames; the image has {image.Frames}. The file is damaged");
        }

        if (perFrame.Count > image.Frames)
        {
            notes.Add($"{perFrame.Count} frames are described, and the image has {image.Frames}: those were taken for the first ones.");
        }

        if (set.Has(DicomTags.ModalityLutSequence))
        {
            throw set.Fault(DicomTags.ModalityLutSequence, "values come from a table, which is not applied here. Export the image anew with Rescale Slope and Intercept");
        }

        var frames = new List<DicomFrame>();
        for (var index = 0; index < image.Frames; index++)
        {
            var own = perFrame.Count > 0 ? perFrame[index] : null;

            // A frame's own group comes before the shared one, and both before the top of the data set.
            DicomDataSet? Find(DicomTag group, DicomTag tag)
                => new[] { own?.FirstItem(group), shared?.FirstItem(group), set }.FirstOrDefault(s => s?.Has(tag) == true);

            frames.Add(new(image, index, DicomPlane.Read(Find, set), ReadScaling(Find, set, image), DicomFrameOrder.Read(Find, set, index)));
        }

        return SiemensMosaic.Split(image, frames) ?? DicomDose.Place(image, frames);
    }

    private static VoxelScaling ReadScaling(Func<DicomTag, DicomTag, DicomDataSet?> find, DicomDataSet set, DicomImage image)
    {
        var slope = find(DicomTags.PixelValueTransformationSequence, DicomTags.RescaleSlope)?.Number(DicomTags.RescaleSlope) ?? set.Number(DicomTags.DoseGridScaling) ?? 1;
        var intercept = find(DicomTags.PixelValueTransformationSequence, DicomTags.RescaleIntercept)?.Number(DicomTags.RescaleIntercept) ?? 0;
        if (slope == 0)
        {
            throw set.Fault(DicomTags.RescaleSlope, "it is 0, which makes all values alike; it must be another number");
        }

        var scaling = new VoxelScaling(slope, intercept);
        if (!image.IsInverted || !scaling.IsIdentity)
        {
            return scaling;
        }

        // MONOCHROME1 shows small numbers bright: value = largest + smallest - stored makes large values bright again.
        var sum = image.Format.IsSigned ? -1 : Math.Pow(2, image.Format.BitsStored) - 1;
        return new(-1, sum);
    }
}
