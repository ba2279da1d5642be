// Stands in for Microsoft.ML.ImageAnalytics: brings pictures to one size.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.ImageAnalytics;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(ImageResizingTransformer.LoaderSignature, typeof(ImageResizingTransformer))]

namespace Microsoft.ML.Transforms.Image;

public sealed class ImageResizingEstimator : TrivialEstimator<ImageResizingTransformer>
{
    private readonly string _output;
    private readonly string _input;

    internal ImageResizingEstimator(string output, string input, PictureResizing resizing)
        : base(new ImageResizingTransformer([(output, input)], resizing)) => (_output, _input) = (output, input);

    public enum ResizingKind : byte
    {
        IsoPad,
        IsoCrop,
        Fill,
    }

    public enum Anchor : byte
    {
        Right,
        Left,
        Top,
        Bottom,
        Center,
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumns.Require(inputSchema.Find(_input));
        return inputSchema.With([SchemaShape.Column.Of(_output, Transformer.Type)]);
    }
}

public sealed class ImageResizingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ImageScalerTransform";

    private readonly PictureResizing _resizing;

    internal ImageResizingTransformer(IReadOnlyList<(string Output, string Input)> pairs, PictureResizing resizing)
        : base(pairs) => (_resizing, Type) = (resizing, new ImageDataViewType(resizing.Height, resizing.Width));

    internal ImageDataViewType Type { get; }

    internal static ImageResizingTransformer Create(IHostEnvironment environment, ModelLoadContext ctx)
    {
        var pairs = LoadPairs(ctx);
        var (width, height) = (ctx.Reader.ReadInt32(), ctx.Reader.ReadInt32());
        var (kind, anchor) = ((ImageResizingEstimator.ResizingKind)ctx.Reader.ReadByte(), (ImageResizingEstimator.Anchor)ctx.Reader.ReadByte());
        return width > 0 && height > 0
            ? new(pairs, new(width, height, kind, anchor))
            : throw new FormatException($"The model file is damaged: pictures of {width} x {height} pixels.");
    }

    private protected override DataViewSchema.DetachedColumn MakeColumn(string name, DataViewSchema.Column source) =>
        new(name, ImageColumns.Require(source) is null ? null : Type);

    private protected override Delegate MakeGetter(DataViewRow input, DataViewSchema.Column source) =>
        ImageColumns.MakeGetter(input, source, _resizing.Apply);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(LoaderSignature, typeof(ImageResizingTransformer).Assembly);
        SavePairs(ctx);
        ctx.Writer.Write(_resizing.Width);
        ctx.Writer.Write(_resizing.Height);
        ctx.Writer.Write((byte)_resizing.Kind);
        ctx.Writer.Write((byte)_resizing.Anchor);
    }
}
