using Microsoft.ML.MedicalSegmentation.Columns;

namespace MedSeg.Scoring;

/// <summary>Writes the labels of a case, and what belongs to them, in the format that the user chose.</summary>
/// <param name="Format">The format.</param>
internal sealed record LabelOutput(LabelFormat Format)
{
    /// <summary>The model, for DICOM objects.</summary>
    public DicomAlgorithm? Algorithm { get; init; }

    /// <summary>How DICOM segmentations keep voxels.</summary>
    public DicomSegmentationType Type { get; init; }

    /// <summary>True to write a measurement report beside each DICOM segmentation.</summary>
    public bool WithReport { get; init; }

    /// <summary>What of this changes the files; part of what a repeated batch compares.</summary>
    public string Settings => Format == LabelFormat.Nifti ? "" : $"{Format.Key} {Type}{(WithReport ? " report" : "")}";

    /// <summary>Fails if the choices contradict each other.</summary>
    /// <exception cref="ArgumentException">They do.</exception>
    public void Validate()
    {
        if (Format != LabelFormat.DicomSegmentation && (WithReport || Type != DicomSegmentationType.Binary))
        {
            throw new ArgumentException(
                $"--report and --segmentation-type belong to --format {LabelFormat.DicomSegmentation.Key}; the format is {Format.Key}."
            );
        }
    }

    /// <summary>The files of a case, that at the path first.</summary>
    public IReadOnlyList<string> FilesOf(string path) => WithReport ? [path, ReportOf(path)] : [path];

    /// <summary>Writes the files of a case; each is whole or absent.</summary>
    /// <param name="one">The case.</param>
    /// <param name="rows">Its scored row, for probabilities.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="path">Where.</param>
    public void Write(SegmentationCase one, IDataView rows, LabelVolume labels, string path)
    {
        if (!Format.NeedsSeries)
        {
            VolumeFormats.Save(labels, path);
            return;
        }

        // The same model and series give the same identifiers, so that what is stored twice is one object.
        var series = SeriesOf(one);
        var seed = $"{Algorithm?.Digest}/{series.Uid}/{Format.Key}/{Type}";
        if (Format == LabelFormat.StructureSet)
        {
            DicomStructureSet.Write(labels, path, new() { Source = series, Algorithm = Algorithm, Seed = seed });
            return;
        }

        if (Type == DicomSegmentationType.Fractional)
        {
            DicomSegmentation.Write(
                Probabilities(rows, labels.Classes),
                labels.Classes,
                path,
                new()
                {
                    Source = series,
                    Algorithm = Algorithm,
                    Seed = seed,
                }
            );
        }
        else
        {
            DicomSegmentation.Write(labels, path, new() { Source = series, Algorithm = Algorithm, Seed = seed, Type = Type });
        }

        if (WithReport)
        {
            var image = series.Read();
            DicomMeasurementReport.Write(
                labels,
                image.Shape.Channels == 1 ? image : image.Channel(0),
                ReportOf(path),
                new()
                {
                    Source = series,
                    Segmentation = path,
                    Algorithm = Algorithm,
                    Seed = seed + "/report",
                }
            );
        }
    }

    private static string ReportOf(string path) => path[..^LabelFormat.DicomSegmentation.Ending.Length] + ".report.dcm";

    private DicomSeries SeriesOf(SegmentationCase one)
    {
        try
        {
            return DicomSeries.Open(one.ImagePaths[0]);
        }
        catch (VolumeFormatException fault) when (fault.Format is null or "DICOM")
        {
            throw new InputDataException(
                $"'{one.ImagePaths[0]}' is not a DICOM series, to which {Format.Key} refers. Score DICOM, or choose another "
                    + $"--format. ({fault.Message})",
                fault
            );
        }
    }

    private static Volume Probabilities(IDataView rows, IReadOnlyList<LabelClass> classes)
    {
        var column = rows.Schema.LastOrDefault(column => column.Type is VolumeDataViewType
            && ClassAnnotations.ReadChannelNames(column.Annotations).SequenceEqual(classes.Select(c => c.Name)));
        if (column.Name is null)
        {
            throw new InputDataException(
                "The model gives no probabilities, which --segmentation-type fractional needs. Train it with ProbabilityColumnName."
            );
        }

        using var cursor = rows.GetRowCursor([column]);
        var getter = cursor.GetGetter<Volume>(column);
        Volume? probabilities = null;
        cursor.MoveNext();
        getter(ref probabilities!);
        return probabilities;
    }
}
