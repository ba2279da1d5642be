namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A row that names files.</summary>
public sealed class PathRow
{
    public string CaseId { get; set; } = "";

    public string ImagePath { get; set; } = "";

    public string LabelPath { get; set; } = "";
}

/// <summary>Writes scans and labels as NIfTI files into a test's folder.</summary>
internal static class ScanFiles
{
    /// <summary>Files of <see cref="Scans.Many"/> with labels 0 to 2.</summary>
    public static PathRow[] WriteScans(this TemporaryFolder folder, int count, int side = 6) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                {
                    var scan = Scans.Make(i, side);
                    var row = new PathRow
                    {
                        CaseId = scan.CaseId,
                        ImagePath = folder[$"images/{scan.CaseId}.nii.gz"],
                        LabelPath = folder[$"labels/{scan.CaseId}.nii.gz"],
                    };
                    VolumeFormats.Save(scan.Image, row.ImagePath);
                    var labels = Array.ConvertAll(
                        scan.Image.Values(),
                        value =>
                            (byte)(
                                value < 0 ? 0
                                : value < 200 ? 1
                                : 2
                            )
                    );
                    VolumeFormats.Save(LabelVolume.Create(labels, scan.Image.Shape, scan.Image.Geometry), row.LabelPath);
                    return row;
                }),
        ];
}
