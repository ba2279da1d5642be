// Stands in for internals of Microsoft.ML.ImageAnalytics: what its transformers of pictures share.
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.ImageAnalytics;

internal static class ImageColumns
{
    public static void Require(SchemaShape.Column given)
    {
        if (given.ItemType is not ImageDataViewType || given.Kind != SchemaShape.Column.VectorKind.Scalar)
        {
            throw SchemaMismatch.WrongType("inputSchema", "input", given.Name, "Image", given.TypeText());
        }
    }

    public static DataViewType Require(DataViewSchema.Column given) => given.Type is ImageDataViewType
        ? given.Type
        : throw SchemaMismatch.WrongType("inputSchema", "input", given.Name, "image", given.Type.ToString());

    // The caller hands its last picture in, which is then freed: pictures are large.
    public static ValueGetter<MLImage> MakeGetter(DataViewRow input, DataViewSchema.Column source, Func<MLImage, MLImage> change)
    {
        var get = input.GetGetter<MLImage>(source);
        MLImage image = null;
        return (ref MLImage value) =>
        {
            value?.Dispose();
            value = null;
            get(ref image);
            if (image is not null)
            {
                value = change(image);
                value.Tag = image.Tag;
            }
        };
    }
}
