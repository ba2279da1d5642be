using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Pairs;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>Volumes that a format keeps whole, for tests that run over all formats.</summary>
internal static class FormatSamples
{
    /// <summary>Single-file endings of formats that write.</summary>
    public static IEnumerable<string> Endings => VolumeFormats.All.Where(f => f.CanWrite).SelectMany(f => f.Extensions);

    /// <summary>Endings of formats that keep every volume, those of headers included.</summary>
    public static IEnumerable<string> VolumeEndings => VolumeFormats.All.Where(f => f.CanWrite && !f.IsImage).SelectMany(AllEndingsOf);

    /// <summary>All endings of formats that write.</summary>
    public static IEnumerable<string> AllEndings => VolumeFormats.All.Where(f => f.CanWrite).SelectMany(AllEndingsOf);

    /// <summary>A small volume.</summary>
    public static Volume Small(string ending) => ending switch
    {
        ".png" => Picture(VoxelType.UInt16, new(2, 1, 5, 6)),
        ".bmp" => Picture(VoxelType.UInt8, new(3, 1, 5, 6)),
        ".tif" or ".tiff" => Picture(VoxelType.Int16, new(2, 4, 5, 6)),
        _ => RandomVolumes.Create(VoxelType.Int16, new(2, 4, 5, 6), seed: 4),
    };

    /// <summary>A volume of more than one block of packed data.</summary>
    public static Volume Large(string ending) => ending switch
    {
        ".png" => Picture(VoxelType.UInt16, new(1, 1, 900, 1000)),
        ".bmp" => Picture(VoxelType.UInt8, new(1, 1, 900, 1000)),
        _ => RandomVolumes.Create(VoxelType.Int32, new(1, 30, 100, 150), seed: 2),
    };

    /// <summary>A small file.</summary>
    public static byte[] File(string ending, bool compress = true)
    {
        using var stream = new MemoryStream();
        VolumeFormats.Save(Small(ending), stream, ending, new VolumeWriteOptions { Compress = compress });
        return stream.ToArray();
    }

    /// <summary>Random pixels of 0.5 x 0.25 mm, at the place where all pictures lie.</summary>
    public static Volume Picture(VoxelType type, VolumeShape shape, int seed = 4)
        => RandomVolumes.Create(type, shape, seed)
            .WithGeometry(new(new AffineTransform(new(-0.5, 0, 0), new(0, -0.25, 0), new(0, 0, 1), default)));

    private static IEnumerable<string> AllEndingsOf(IVolumeFormat format)
        => format is IHeaderDataPairFormat detached ? format.Extensions.Concat(detached.HeaderExtensions) : format.Extensions;
}
