using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Reads one picture; of any size, though the column's type may name one.</summary>
internal sealed class ImageInput : InputRow
{
    private MLImage? _image;

    [ImageColumn, ColumnName(StockChain.Input + "0")]
    public MLImage Image
    {
        get => Required(_image);
        set => _image = value;
    }

    public override ColumnKind KindOf(int input) => ColumnKind.Image;

    public override Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
    {
        // ML.NET's image loaders free the picture that is handed in with the next request, so that one is alive at a time.
        var get = row.GetGetter<MLImage?>(columns[0]);
        return () => get(ref _image);
    }
}

/// <summary>Gives one picture.</summary>
internal sealed class ImageOutput : OutputRow
{
    private MLImage? _image;

    [ImageColumn, ColumnName(StockChain.Output + "0")]
    public MLImage Image
    {
        get => Computed(_image);
        set => _image = value;
    }

    public override ColumnKind KindOf(int output) => ColumnKind.Image;

    public override Delegate Getter(int output, Action refresh) => Serve(refresh, () => Image);
}
