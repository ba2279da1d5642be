// Stands in for Microsoft.ML.ImageAnalytics: makes colours grey, with the weights of the real library.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.ImageAnalytics;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(ImageGrayscalingTransformer.LoaderSignature, typeof(ImageGrayscalingTransformer))]

namespace Microsoft.ML.Transforms.Image;

public sealed class ImageGrayscalingEstimator : TrivialEstimator<ImageGrayscalingTransformer>
{
    private readonly string _output;
    private readonly string _input;

    internal ImageGrayscalingEstimator(string output, string input)
        : base(new ImageGrayscalingTransformer([(output, input)])) => (_output, _input) = (output, input);

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var given = inputSchema.Find(_input);
        ImageColumns.Require(given);
        return inputSchema.With([given.Renamed(_output)]);
    }
}

public sealed class ImageGrayscalingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ImageGrayscaleTransform";

    internal ImageGrayscalingTransformer(IReadOnlyList<(string Output, string Input)> pairs)
        : base(pairs)
    {
    }

    internal static ImageGrayscalingTransformer Create(IHostEnvironment environment, ModelLoadContext ctx) => new(LoadPairs(ctx));

    private protected override DataViewSchema.DetachedColumn MakeColumn(string name, DataViewSchema.Column source) =>
        new(name, ImageColumns.Require(source));

    private protected override Delegate MakeGetter(DataViewRow input, DataViewSchema.Column source) =>
        ImageColumns.MakeGetter(input, source, MakeGrey);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(LoaderSignature, typeof(ImageGrayscalingTransformer).Assembly);
        SavePairs(ctx);
    }

    private static MLImage MakeGrey(MLImage image)
    {
        var pixels = image.Pixels.ToArray();
        var blue = image.PixelFormat == MLPixelFormat.Bgra32 ? 0 : 2;
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var grey = (0.11 * pixels[i + blue]) + (0.59 * pixels[i + 1]) + (0.3 * pixels[i + 2 - blue]);
            pixels.AsSpan(i, 3).Fill((byte)Math.Round(grey));
        }

        return MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, pixels);
    }
}
