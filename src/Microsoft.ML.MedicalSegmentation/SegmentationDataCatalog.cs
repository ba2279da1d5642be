using Microsoft.ML.MedicalSegmentation.Datasets;
using Microsoft.ML.MedicalSegmentation.Datasets.Validation;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Reads lists of cases; each becomes a data view whose rows are paths, ready for LoadVolumes.</summary>
/// <remarks>
/// Paths in a list are relative to the list's own folder. They are the user's own, so they may point anywhere. Reading a
/// list opens no volume (only headers, where one file may hold all channels), but checks that every file is there; everything that is wrong
/// with a list is told in one error.
/// </remarks>
public sealed class SegmentationDataCatalog
{
    private static readonly string[] ImageFolders = ["imagesTr", "images", "imagesTs"];

    internal SegmentationDataCatalog(MLContext context) => Context = context;

    internal MLContext Context { get; }

    /// <summary>Reads whichever list a path names: a dataset.json, a table, or a folder that holds a dataset.json or pairs.</summary>
    /// <param name="path">
    /// A .json, .csv or .tsv file; or a folder with dataset.json; or one with images in <c>images</c> or <c>imagesTr</c> and labels in
    /// <c>labels</c> or <c>labelsTr</c>, or with images alone in one of these or <c>imagesTs</c>, which have no labels then.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no list at the path.</exception>
    /// <exception cref="InputDataException">The list is wrong; the message lists all faults.</exception>
    public SegmentationDataset Read(string path) => Read(path, kept: null);

    /// <summary>Checks a data set: files, geometry, channels, labels and classes, case by case and against each other.</summary>
    /// <remarks>
    /// Reads every file once, <see cref="DatasetValidationOptions.MaximumThreads"/> cases at a time, and keeps no voxels. A
    /// file that cannot be read is a finding and ends nothing. Cases for testing are checked as well, and take no part in
    /// class frequencies and fingerprint.
    /// </remarks>
    /// <param name="dataset">The cases.</param>
    /// <param name="options">How; null takes the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The check was cancelled.</exception>
    public DatasetReport Validate(SegmentationDataset dataset, DatasetValidationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return DatasetValidator.Validate(dataset, options ?? DatasetValidationOptions.Default, []);
    }

    /// <summary>Checks the data set that a path names; faults of its list are findings too.</summary>
    /// <param name="path">As for <see cref="Read(string)"/>.</param>
    /// <param name="options">How; null takes the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no list at the path.</exception>
    /// <exception cref="InputDataException">The list cannot be understood at all.</exception>
    /// <inheritdoc cref="Validate(SegmentationDataset, DatasetValidationOptions?)"/>
    public DatasetReport Validate(string path, DatasetValidationOptions? options = null)
    {
        var faults = new List<string>();
        var dataset = Read(path, faults);
        return DatasetValidator.Validate(
            dataset,
            options ?? DatasetValidationOptions.Default,
            [.. faults.Select(fault => new DatasetFinding(FindingSeverity.Error, FindingCodes.List, null, path, fault))]
        );
    }

    /// <summary>Reads a column of a table by case, such as the scanner, for subgroups of an evaluation.</summary>
    /// <param name="path">A .csv or .tsv file with column names in its first line.</param>
    /// <param name="column">The column; upper and lower case are the same.</param>
    /// <param name="caseColumn">
    /// The column of case names. In a table without it, cases are named by the files of the column "image".
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">A column is missing, or a case has two lines.</exception>
    public IReadOnlyDictionary<string, string> ReadColumn(string path, string column, string caseColumn = "case") =>
        CaseColumn.Read(path, column, caseColumn);

    /// <summary>Reads a dataset.json of the Medical Segmentation Decathlon, of nnU-Net (version 1 or 2) or of MONAI.</summary>
    /// <remarks>
    /// Decathlon lists cases under "training"; its channels lie in one four-dimensional file. MONAI lists a file per channel there
    /// ("image": [ ... ]). nnU-Net 2 lists none, and cases are the files of imagesTr, one per channel with the endings _0000, _0001, ...,
    /// or one picture in colour; or it maps names to files in "dataset". Its labels name values ("liver": 1), where
    /// Decathlon's values have names ("1": "liver"). The label "ignore" is no class (<see cref="LabelClass.IsIgnored"/>). Labels that
    /// group several values (nnU-Net's regions) are refused. Cases of "test", "testing" and "validation" are kept apart.
    /// Formats: http://medicaldecathlon.com, https://github.com/MIC-DKFZ/nnUNet/blob/master/documentation/dataset_format.md
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The list is wrong; the message lists all faults.</exception>
    public SegmentationDataset ReadDatasetJson(string path) => DatasetJson.Read(path);

    /// <summary>Pairs the files of two folders by their names.</summary>
    /// <param name="imageFolder">
    /// One file per case, or several with the endings _0000, _0001, ... as channels; or one folder per case with a DICOM series.
    /// </param>
    /// <param name="labelFolder">One file per case.</param>
    /// <param name="classes">Names of the label values. Default: none.</param>
    /// <param name="imageSuffix">What image names have after the case's name, such as "_T1".</param>
    /// <param name="labelSuffix">What label names have after the case's name, such as "_seg".</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InputDataException">A file has no partner, or a case occurs twice; the message lists all faults.</exception>
    public SegmentationDataset ReadFolders(
        string imageFolder, string labelFolder, IReadOnlyList<LabelClass>? classes = null, string imageSuffix = "", string labelSuffix = "")
        => PairedFolders.Read(imageFolder, labelFolder, classes ?? [], imageSuffix, labelSuffix);

    /// <summary>Reads a table of cases: comma, semicolon or tab between columns, names in the first line, quotes as in RFC 4180.</summary>
    /// <param name="path">A .csv or .tsv file.</param>
    /// <param name="imageColumns">
    /// Columns of image paths, one per channel. Default: image, image1, image2, ..., ImagePath and the like.
    /// </param>
    /// <param name="labelColumn">
    /// The column of label paths. Default: label, mask, seg or LabelPath; none if the table has no such column.
    /// </param>
    /// <param name="caseColumn">
    /// The column of case names. Default: case, CaseId, id or name; the image's file name if the table has no such column.
    /// </param>
    /// <param name="classes">Names of the label values. Default: none.</param>
    /// <param name="groupColumn">
    /// The column of what must not be split, such as the patient. Default: group, patient or subject; none if the table has no such column.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The table is wrong; the message lists all faults.</exception>
    public SegmentationDataset ReadTable(
        string path,
        IReadOnlyList<string>? imageColumns = null,
        string? labelColumn = null,
        string? caseColumn = null,
        IReadOnlyList<LabelClass>? classes = null,
        string? groupColumn = null)
        => CaseTable.Read(path, imageColumns, labelColumn, caseColumn, groupColumn, classes ?? []);

    /// <summary>Reads a list; faults that leave cases to read go to <paramref name="kept"/>, where that is not null.</summary>
    private static SegmentationDataset Read(string path, List<string>? kept)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!Directory.Exists(path))
        {
            return Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase)
                ? DatasetJson.Read(path, kept)
                : CaseTable.Read(path, null, null, null, null, [], kept);
        }

        var manifest = Path.Combine(path, "dataset.json");
        if (File.Exists(manifest))
        {
            return DatasetJson.Read(manifest, kept);
        }

        foreach (var (images, labels) in new[] { ("imagesTr", "labelsTr"), ("images", "labels") })
        {
            if (Directory.Exists(Path.Combine(path, images)) && Directory.Exists(Path.Combine(path, labels)))
            {
                return PairedFolders.Read(Path.Combine(path, images), Path.Combine(path, labels), [], "", "", kept);
            }
        }

        if (ImageFolders.Select(name => Path.Combine(path, name)).FirstOrDefault(Directory.Exists) is { } unlabelled)
        {
            return PairedFolders.ReadUnlabelled(unlabelled, kept);
        }

        throw new FileNotFoundException(
            $"The folder '{path}' has no dataset.json, no imagesTr with labelsTr and no images with labels. Add one of these, or "
                + "name a table of cases (.csv, .tsv).",
            path
        );
    }
}
