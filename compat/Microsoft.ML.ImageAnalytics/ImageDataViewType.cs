// Stands in for Microsoft.ML.ImageAnalytics: the type of a column of pictures, of one size or of any.
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImageDataViewType : StructuredDataViewType
{
    public readonly int Height;
    public readonly int Width;

    public ImageDataViewType()
        : base(typeof(MLImage))
    {
    }

    public ImageDataViewType(int height, int width)
        : base(typeof(MLImage))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        Height = height;
        Width = width;
    }

    public override bool Equals(DataViewType other) =>
        other is ImageDataViewType image && (Height, Width) == (image.Height, image.Width);

    public override int GetHashCode() => HashCode.Combine(Height, Width);

    public override string ToString() => (Height, Width) == (0, 0) ? "Image" : $"Image<{Height}, {Width}>";
}
