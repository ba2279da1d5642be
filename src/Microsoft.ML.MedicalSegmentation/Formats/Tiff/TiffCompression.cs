namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>How the bytes of a TIFF's strips and tiles are packed; the numbers are the format's.</summary>
internal enum TiffCompression
{
    None = 1,
    Lzw = 5,
    Deflate = 8,
    OldDeflate = 32946,
    PackBits = 32773,
}
