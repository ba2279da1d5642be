using Microsoft.ML.MedicalSegmentation.Formats.Jpeg;
using Microsoft.ML.MedicalSegmentation.Formats.Png;
using Microsoft.ML.MedicalSegmentation.Formats.Tiff;


namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>Small pictures of kinds that are read but not written.</summary>
internal static class ImageSamples
{
    public static IReadOnlyDictionary<string, Func<byte[]>> All { get; } =
        new Dictionary<string, Func<byte[]>>
        {
            ["JPEG"] = () => Jpeg(progressive: false),
            ["progressive JPEG"] = () => Jpeg(progressive: true),
            ["JPEG of a turned camera"] = () => new JpegBytes(20, 11, [(1, 1)], JpegFormatTests.Busy).WithOrientation(6).ToArray(),
            ["PNG of a turned camera"] = () =>
                new PngBytes(13, 11, 16, 2, interlaced: false, (x, y, c) => (x * y) + c)
                    .WithBehind("eXIf", [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 5, 0, 0])
                    .ToArray(),
            ["interlaced PNG of 4 bits"] = () => new PngBytes(13, 11, 4, 0, interlaced: true, (x, y, _) => x ^ y).ToArray(),
            ["TIFF with LZW"] = () => TiffFormatTests.Strips(5, bigEndian: true, predictor: 2),
            ["TIFF with PackBits"] = () => TiffFormatTests.Strips(32773, bigEndian: false, predictor: 1),
            ["PNG with palette"] = () =>
                new PngBytes(13, 11, 2, 3, interlaced: false, (x, y, _) => (x + y) & 3)
                    .With("PLTE", new byte[12])
                    .With("tRNS", 1, 2)
                    .ToArray(),
        };

    private static byte[] Jpeg(bool progressive) =>
        new JpegBytes(20, 18, [(2, 2), (1, 1), (1, 1)], JpegFormatTests.Busy) { Progressive = progressive, RestartInterval = 2 }.ToArray();
}
