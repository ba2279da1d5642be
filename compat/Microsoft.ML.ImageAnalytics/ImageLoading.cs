// Stands in for Microsoft.ML.ImageAnalytics: reads the picture that a text names.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(ImageLoadingTransformer.LoaderSignature, typeof(ImageLoadingTransformer))]

namespace Microsoft.ML.Data;

public sealed class ImageLoadingEstimator : TrivialEstimator<ImageLoadingTransformer>
{
    private readonly string _output;
    private readonly string _input;

    internal ImageLoadingEstimator(string folder, string output, string input)
        : base(new ImageLoadingTransformer(folder, [(output, input)])) => (_output, _input) = (output, input);

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var given = inputSchema.Find(_input);
        return given.ItemType is TextDataViewType && given.Kind == SchemaShape.Column.VectorKind.Scalar
            ? inputSchema.With([SchemaShape.Column.Of(_output, new ImageDataViewType())])
            : throw SchemaMismatch.WrongType(
                nameof(inputSchema), "input", _input, TextDataViewType.Instance.ToString(), given.TypeText());
    }
}

public sealed class ImageLoadingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ImageLoaderTransform";

    public readonly string ImageFolder;

    internal ImageLoadingTransformer(string folder, IReadOnlyList<(string Output, string Input)> pairs)
        : base(pairs) => ImageFolder = string.IsNullOrEmpty(folder) ? null
            : Directory.Exists(folder) ? Path.GetFullPath(folder)
            : throw new ArgumentException($"Directory \"{folder}\" does not exist.");

    internal static ImageLoadingTransformer Create(IHostEnvironment environment, ModelLoadContext ctx)
    {
        var pairs = LoadPairs(ctx);
        return new(ctx.Reader.ReadString(), pairs);
    }

    private protected override DataViewSchema.DetachedColumn MakeColumn(string name, DataViewSchema.Column source) =>
        source.Type is TextDataViewType
            ? new DataViewSchema.DetachedColumn(name, new ImageDataViewType())
            : throw SchemaMismatch.WrongType(
                "inputSchema", "input", source.Name, TextDataViewType.Instance.ToString(), source.Type.ToString());

    private protected override Delegate MakeGetter(DataViewRow input, DataViewSchema.Column source)
    {
        var getPath = input.GetGetter<ReadOnlyMemory<char>>(source);
        ReadOnlyMemory<char> path = default;
        return (ValueGetter<MLImage>)((ref MLImage value) =>
        {
            value?.Dispose();
            value = null;
            getPath(ref path);
            if (path.Length > 0)
            {
                var full = ImageFolder is null ? path.ToString() : Path.Combine(ImageFolder, path.ToString());
                value = MLImage.CreateFromFile(full);
                value.Tag = full;
            }
        });
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(LoaderSignature, typeof(ImageLoadingTransformer).Assembly);
        SavePairs(ctx);
        ctx.Writer.Write(ImageFolder ?? "");
    }
}
