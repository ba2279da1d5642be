// Stands in for Microsoft.ML.ImageAnalytics: the order of the bytes of a pixel.
namespace Microsoft.ML.Data;

public enum MLPixelFormat
{
    Unknown,
    Bgra32,
    Rgba32,
}
