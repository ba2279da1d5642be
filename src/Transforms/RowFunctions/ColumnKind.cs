using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Columns;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>What a column of a transform must be, or will be.</summary>
internal sealed class ColumnKind
{
    private const string Dropped =
        " If that is done: ML.NET drops columns of volumes where it caches or shuffles rows (AppendCacheCheckpoint, Data.Cache, "
        + "ShuffleRows, SaveAsBinary); do that to the paths, before they are loaded.";

    private const string Unlabelled = " A model that mlContext.Model.Load read loads no labels: use Models.Load, or load them beside it.";

    private readonly string _description;
    private readonly string _remedy;
    private readonly bool _allowsVector;

    private ColumnKind(string description, DataViewType type, string remedy, bool allowsVector = false)
    {
        _description = description;
        Type = type;
        _remedy = remedy;
        _allowsVector = allowsVector;
    }

    /// <summary>A column of <see cref="MedicalSegmentation.Volume"/>s.</summary>
    public static ColumnKind Volume { get; } = new("a Volume", VolumeDataViewType.Instance, "Put LoadVolumes before it.");

    /// <summary>A column of <see cref="MedicalSegmentation.LabelVolume"/>s.</summary>
    public static ColumnKind LabelVolume { get; } =
        new("a LabelVolume", LabelVolumeDataViewType.Instance, "Put LoadLabelVolumes before it.");

    /// <summary>A column of ML.NET's pictures, of one size or of any.</summary>
    public static ColumnKind Image { get; } = new("an Image", new ImageDataViewType(), "Put ML.NET's LoadImages before it.");

    /// <summary>A column of ML.NET's pictures of one size.</summary>
    public static ColumnKind ImageOf(int height, int width) =>
        new(
            $"an Image of {width} x {height} pixels (width x height), the size it was fitted on",
            new ImageDataViewType(height, width),
            $"Put ML.NET's ResizeImages to {width} x {height} before it, or fit it again."
        );

    /// <summary>One text.</summary>
    public static ColumnKind Text { get; } = new("a text", TextDataViewType.Instance, "Name a column of text.");

    /// <summary>One text, or a vector of texts.</summary>
    public static ColumnKind Texts { get; } =
        new("a text or a vector of texts", TextDataViewType.Instance, "Name a column of text, such as file paths.", allowsVector: true);

    /// <summary>One number.</summary>
    public static ColumnKind Number { get; } = new("a number", NumberDataViewType.Single, "Name a column of Single.");

    /// <summary>True or false.</summary>
    public static ColumnKind Boolean { get; } = new("a Boolean", BooleanDataViewType.Instance, "Name a column of Boolean.");

    /// <summary>A vector of numbers.</summary>
    public static ColumnKind Numbers(int count) =>
        new($"a vector of {count} numbers", new VectorDataViewType(NumberDataViewType.Single, count), "Name a vector of Single.");

    /// <summary>A key of a number of values.</summary>
    public static ColumnKind Key(int count) =>
        new($"a key of {count} values", new KeyDataViewType(typeof(uint), (ulong)count), "Put MapValueToKey before it.");

    /// <summary>The type of the column, or of its items.</summary>
    public DataViewType Type { get; }

    /// <summary>True for a column that this kind is satisfied with.</summary>
    public bool Accepts(ColumnDescription column) =>
        (column.ItemType.Equals(Type) || (Type is ImageDataViewType { Height: 0 } && column.ItemType is ImageDataViewType))
        && !column.IsKey
        && (_allowsVector || !column.IsVector);

    /// <summary>Why a column that was made may be gone, for errors; begins with a space.</summary>
    public string WhereMissing => Type switch
    {
        VolumeDataViewType => Dropped,
        LabelVolumeDataViewType => Dropped + Unlabelled,
        _ => "",
    };

    /// <summary>What <paramref name="user"/> needs, and how to get it, for errors.</summary>
    public string Requirement(string user) => $"{user} needs {_description}. {_remedy}";
}
