using Microsoft.ML.Data;

namespace MedSeg.Synthesis;

/// <summary>Pairs of source and target volumes, and masks of their cases where there are any.</summary>
/// <param name="Pairs">The cases: image paths are those of the source, the label path is that of the target.</param>
/// <param name="Masks">Mask files by case; empty if there are none.</param>
internal sealed record PairedData(SegmentationDataset Pairs, IReadOnlyDictionary<string, string> Masks)
{
    private const string SourceName = "source";
    private const string TargetName = "target";

    /// <summary>Reads a table with the columns source and target, or a folder with the folders source and target.</summary>
    /// <param name="context">Reads the list.</param>
    /// <param name="path">A .csv or .tsv file, or the folder.</param>
    /// <param name="masks">A column of the table, which then has a column case too, or a folder of CASE.nii.gz; null for none.</param>
    /// <exception cref="FileNotFoundException">There is no such list.</exception>
    /// <exception cref="InputDataException">The list is wrong, or a case has no mask; the message lists all faults.</exception>
    public static PairedData Read(MLContext context, string path, string? masks)
    {
        var data = context.MedicalSegmentation().Data;
        var pairs = Directory.Exists(path)
            ? data.ReadFolders(Path.Combine(path, SourceName), Path.Combine(path, TargetName))
            : data.ReadTable(path, [SourceName], TargetName);
        var without = pairs.Cases.Where(one => one.LabelPath is null).Select(one => one.Id).ToList();
        if (without.Count > 0)
        {
            throw new InputDataException(
                $"{path}: {string.Join(", ", without.Take(20))} {(without.Count == 1 ? "has" : "have")} no "
                    + "target. Every case needs a source and a target."
            );
        }

        return new(pairs, masks is null ? new Dictionary<string, string>() : ReadMasks(context, path, masks, pairs));
    }

    /// <summary>The same masks with other cases.</summary>
    public PairedData With(SegmentationDataset pairs) => this with { Pairs = pairs };

    /// <summary>Rows with the columns CaseId, ImagePath, TargetPath and MaskPath, the last empty where there are no masks.</summary>
    public IDataView ToDataView(MLContext context)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.ImagePath)].ColumnType = new VectorDataViewType(TextDataViewType.Instance, Pairs.Cases[0].ImagePaths.Count);
        return context.Data.LoadFromEnumerable(
            Pairs.Cases.Select(one => new Row
            {
                CaseId = one.Id,
                ImagePath = [.. one.ImagePaths],
                TargetPath = one.LabelPath ?? "",
                MaskPath = Masks.GetValueOrDefault(one.Id, ""),
            }),
            schema);
    }

    private static Dictionary<string, string> ReadMasks(MLContext context, string path, string masks, SegmentationDataset pairs)
    {
        Func<string, string?> find;
        if (Directory.Exists(masks))
        {
            find = id => Path.Combine(masks, id + ".nii.gz");
        }
        else if (Directory.Exists(path))
        {
            throw new InputDataException(
                $"--mask is '{masks}', and there is no such folder. For a folder of pairs, name a "
                    + "folder with a mask CASE.nii.gz for every case."
            );
        }
        else
        {
            var column = context.MedicalSegmentation().Data.ReadColumn(path, masks);
            var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
            find = id => column.TryGetValue(id, out var file) && file.Length > 0 ? Path.Combine(folder, file) : null;
        }

        var found = pairs.Cases.ToDictionary(one => one.Id, one => find(one.Id) ?? "");
        var missing = found.Where(entry => !File.Exists(entry.Value)).Select(entry => entry.Key).ToList();
        return missing.Count == 0
            ? found
            : throw new InputDataException(
                $"--mask is '{masks}', and {string.Join(", ", missing.Take(20))} {(missing.Count == 1 ? "has" : "have")} no mask "
                    + "there. Every case needs one."
            );
    }

    private sealed class Row
    {
        public string CaseId { get; set; } = "";

        public string[] ImagePath { get; set; } = [];

        public string TargetPath { get; set; } = "";

        public string MaskPath { get; set; } = "";
    }
}
