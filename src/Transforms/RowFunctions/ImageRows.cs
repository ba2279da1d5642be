using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Reads one picture in whichever form a column gives it.</summary>
internal abstract class PictureInput : InputRow
{
    public sealed override ColumnKind KindOf(int input) => ColumnKind.Image;

    /// <summary>The pixels of the current row, row by row; valid until the next row is read.</summary>
    public abstract PixelBytes ToPixels();
}

/// <summary>Reads one picture; of any size, though the column's type may name one.</summary>
/// <remarks>
/// In loaded models only columns without a size arrive here: ML.NET hands no others to row classes whose attributes do not name that size.
/// </remarks>
internal sealed class ImageInput : PictureInput
{
    private MLImage? _image;

    [ImageColumn, ColumnName(ZipStages.Input + "0")]
    public MLImage Image
    {
        get => Required(_image);
        set => _image = value;
    }

    public override Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
    {
        // ML.NET's image loaders free the picture that is handed in with the next request, so that one is alive at a time.
        var get = row.GetGetter<MLImage?>(columns[0]);
        return () => get(ref _image);
    }

    public override PixelBytes ToPixels() => PixelBytes.Of(Image);
}

/// <summary>
/// Reads one picture of the size that the column's type names; in loaded models, what ML.NET's ExtractPixels makes of it.
/// </summary>
internal sealed class SizedImageInput : PictureInput
{
    private MLImage? _image;

    /// <summary>The pixels in loaded models; none if the row has no picture.</summary>
    [ColumnName(ZipStages.Input + "0")]
    public VBuffer<byte> Pixels { get; set; }

    public override Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
    {
        var get = row.GetGetter<MLImage?>(columns[0]);
        var (name, size) = (columns[0].Name, (ImageDataViewType)columns[0].Type);
        return () =>
        {
            get(ref _image);
            if (_image is { } image && (image.Width, image.Height) != (size.Width, size.Height))
            {
                throw new InputDataException(
                    $"Column '{name}' is of pictures of {size.Width} x {size.Height} pixels (width x height), and a row has one of "
                        + $"{image.Width} x {image.Height}. Put ML.NET's ResizeImages before it."
                );
            }
        };
    }

    public override IEnumerable<IEstimator<ITransformer>> Route(MLContext context, IReadOnlyList<string> columns) =>
        [
            context.Transforms.ExtractPixels(
                ZipStages.InputName(0),
                columns[0],
                ImagePixelExtractingEstimator.ColorBits.All,
                interleavePixelColors: true,
                outputAsFloatArray: false
            ),
        ];

    public override PixelBytes ToPixels()
    {
        var extracted = Pixels.GetValues();
        return extracted.IsEmpty ? PixelBytes.Of(Required(_image)) : PixelBytes.OfExtracted(extracted);
    }
}

/// <summary>Gives one picture.</summary>
internal sealed class ImageOutput : OutputRow
{
    private MLImage? _image;

    [ImageColumn, ColumnName(ZipStages.Output + "0")]
    public MLImage Image
    {
        get => Computed(_image);
        set => _image = value;
    }

    public override ColumnKind KindOf(int output) => ColumnKind.Image;

    public override Delegate Getter(int output, Action refresh) => Serve(refresh, () => Image);
}
