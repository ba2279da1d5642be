// Stands in for Microsoft.ML.ImageAnalytics: the colours of pictures of one size as vectors.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.ImageAnalytics;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(ImagePixelExtractingTransformer.LoaderSignature, typeof(ImagePixelExtractingTransformer))]

namespace Microsoft.ML.Transforms.Image;

public sealed class ImagePixelExtractingEstimator : TrivialEstimator<ImagePixelExtractingTransformer>
{
    private readonly string _output;
    private readonly string _input;

    internal ImagePixelExtractingEstimator(string output, string input, PixelExtraction extraction)
        : base(new ImagePixelExtractingTransformer([(output, input)], extraction)) => (_output, _input) = (output, input);

    [Flags]
    public enum ColorBits : byte
    {
        Alpha = 1,
        Red = 2,
        Green = 4,
        Blue = 8,
        Rgb = Red | Green | Blue,
        All = Alpha | Rgb,
    }

    public enum ColorsOrder : byte
    {
        ARGB = 1,
        ARBG,
        ABRG,
        ABGR,
        AGRB,
        AGBR,
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumns.Require(inputSchema.Find(_input));
        return inputSchema.With([new(_output, SchemaShape.Column.VectorKind.Vector, Transformer.ItemType, isKey: false)]);
    }
}

public sealed class ImagePixelExtractingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ImagePixelExtractor";

    private readonly PixelExtraction _extraction;

    internal ImagePixelExtractingTransformer(IReadOnlyList<(string Output, string Input)> pairs, PixelExtraction extraction)
        : base(pairs) => _extraction = extraction.Checked();

    internal PrimitiveDataViewType ItemType => _extraction.AsFloats ? NumberDataViewType.Single : NumberDataViewType.Byte;

    internal static ImagePixelExtractingTransformer Create(IHostEnvironment environment, ModelLoadContext ctx)
    {
        var pairs = LoadPairs(ctx);
        var (colors, order) = ((ImagePixelExtractingEstimator.ColorBits)ctx.Reader.ReadByte(), (ImagePixelExtractingEstimator.ColorsOrder)ctx.Reader.ReadByte());
        var asFloats = ctx.Reader.ReadBoolean();
        var (offset, scale) = (ctx.Reader.ReadSingle(), ctx.Reader.ReadSingle());
        try
        {
            return new(pairs, new(colors, order, ctx.Reader.ReadBoolean(), offset, scale, asFloats));
        }
        catch (ArgumentException fault)
        {
            throw new FormatException($"The model file is damaged: {fault.Message}", fault);
        }
    }

    private protected override DataViewSchema.DetachedColumn MakeColumn(string name, DataViewSchema.Column source)
    {
        var size = (ImageDataViewType)ImageColumns.Require(source);
        if (size.Height == 0)
        {
            throw SchemaMismatch.WrongType("inputSchema", "input", source.Name, "known-size image", "unknown-size image");
        }

        var planes = _extraction.Planes;
        return new(name, _extraction.IsInterleaved
            ? new VectorDataViewType(ItemType, size.Height, size.Width, planes)
            : new VectorDataViewType(ItemType, planes, size.Height, size.Width));
    }

    private protected override Delegate MakeGetter(DataViewRow input, DataViewSchema.Column source) => _extraction.AsFloats
        ? MakeGetter<float>(input, source, _extraction.Scaled)
        : MakeGetter<byte>(input, source, color => color);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(LoaderSignature, typeof(ImagePixelExtractingTransformer).Assembly);
        SavePairs(ctx);
        ctx.Writer.Write((byte)_extraction.Colors);
        ctx.Writer.Write((byte)_extraction.Order);
        ctx.Writer.Write(_extraction.AsFloats);
        ctx.Writer.Write(_extraction.Offset);
        ctx.Writer.Write(_extraction.Scale);
        ctx.Writer.Write(_extraction.IsInterleaved);
    }

    // A row without a picture gives a vector of no explicit values.
    private ValueGetter<VBuffer<T>> MakeGetter<T>(DataViewRow input, DataViewSchema.Column source, Func<byte, T> convert)
    {
        var get = input.GetGetter<MLImage>(source);
        var size = (ImageDataViewType)source.Type;
        var length = size.Height * size.Width * _extraction.Planes;
        MLImage image = null;
        return (ref VBuffer<T> value) =>
        {
            get(ref image);
            var editor = VBufferEditor.Create(ref value, length, image is null ? 0 : length);
            if (image is not null)
            {
                if ((image.Height, image.Width) != (size.Height, size.Width))
                {
                    throw new InvalidOperationException("Check failed: a picture is not of the size that its column's type names.");
                }

                _extraction.Extract(image, editor.Values, convert);
            }

            value = editor.Commit();
        };
    }
}
