using Microsoft.ML.MedicalSegmentation.Columns;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Saving;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Writes volumes or label volumes to files as rows stream through, and gives a column of their paths.</summary>
/// <remarks>
/// A file is written when its row's path is asked for: enumerate the output, or nothing is written. A file that is there is
/// replaced, so enumerating twice writes the same files twice. A row whose file this transform has written for another row is an
/// error: one patient's labels never replace another's. Files are whole or absent. A model saved with this transform keeps its folder only
/// where that is relative, and writes below the current directory of the application that loads it.
/// </remarks>
public sealed class SaveVolumesEstimator : VolumeEstimator
{
    internal const string Name = "SaveVolumes";

    private readonly string _input;
    private readonly SaveVolumesSettings _settings;

    internal SaveVolumesEstimator(Options options)
        : base(Name, [options.InputColumnName, .. FileNameTemplate.Parse(options.FileName, new()).Columns], [options.OutputColumnName])
    {
        _input = options.InputColumnName;
        _settings = new(options.Folder, options.FileName, options.Algorithm);
        _ = _settings.ParseTemplate();
    }

    /// <summary>Options of <see cref="SaveVolumesEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of full paths that is added. Default "SavedPath".</summary>
        public string OutputColumnName = "SavedPath";

        /// <summary>The column of volumes or label volumes. Default "PredictedLabel".</summary>
        public string InputColumnName = "PredictedLabel";

        /// <summary>Where files are written; made where it is missing. Default "predictions" below the current directory.</summary>
        public string Folder = "predictions";

        /// <summary>
        /// The file name, with columns of text in braces; its ending chooses the format. Default "{CaseId}.nii.gz".
        /// A value that is a path counts without its folder and ending. Labels of a DICOM series may be written as DICOM:
        /// ".rtstruct.dcm" is a structure set, any other ".dcm" a segmentation object.
        /// </summary>
        public string FileName = "{CaseId}.nii.gz";

        /// <summary>
        /// The model that made the labels, named in DICOM objects. Default null: only this library is named. Ignored by other formats.
        /// </summary>
        public DicomAlgorithm? Algorithm;
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => columns.Find(_input)?.ItemType is VolumeDataViewType ? new VolumeSaving(_settings) : new LabelVolumeSaving(_settings);
}
