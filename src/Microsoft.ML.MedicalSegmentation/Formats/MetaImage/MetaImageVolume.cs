using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.MetaImage;

/// <summary>What volume a MetaImage header describes.</summary>
/// <param name="Header">The header's lines.</param>
/// <param name="DimSize">All sizes, x first; those after z are channels.</param>
/// <param name="Layout">How the voxels lie.</param>
/// <param name="Scaling">From stored voxel to value.</param>
/// <param name="Geometry">Where the voxels lie.</param>
internal sealed record MetaImageVolume(
    MetaImageHeader Header, int[] DimSize, VoxelLayout Layout, VoxelScaling Scaling, VolumeGeometry Geometry)
{
    private const int LargestDimension = 10;

    /// <summary>Checks a header in one walk.</summary>
    /// <exception cref="VolumeFormatException">Names every rule that is broken.</exception>
    public static MetaImageVolume Create(MetaImageHeader header, HeaderReport report)
    {
        report.Require(header["ObjectType"] is null or "Image", "ObjectType", header["ObjectType"] ?? "", "only images are volumes");
        report.Require(
            header["ElementDataFile"] is { Length: > 0 },
            "ElementDataFile",
            "missing",
            "it must say LOCAL or name the data file"
        );
        var type = MetaImageType.Find(header["ElementType"]);
        report.Require(type is not null, "ElementType", header["ElementType"] ?? "missing", $"the types read are {MetaImageType.Names}");
        var components = ReadCount(header, "ElementNumberOfChannels", "1", int.MaxValue, report);
        var rank = ReadCount(header, "NDims", null, LargestDimension, report);
        var sizes = report.HasFaults ? [] : ReadSizes(header, rank, report);
        var scaling = ReadScaling(header, report);
        var geometry = report.HasFaults ? VolumeGeometry.Identity : MetaImageGeometry.Of(header, rank, report);
        var channels = sizes.Skip(3).Aggregate((Int128)components, (product, size) => Int128.Min(product * size, (Int128)1 << 62));
        report.Require(channels <= int.MaxValue, "DimSize", header["DimSize"] ?? "", "there are more channels than a volume can have");
        report.ThrowIfFaulty();

        var isText = header["BinaryData"] is not null && !header.IsTrue("BinaryData");
        var bigEndian = isText
            ? !BitConverter.IsLittleEndian
            : header.IsTrue("BinaryDataByteOrderMSB") || header.IsTrue("ElementByteOrderMSB");
        var shape = new VolumeShape((int)channels, sizes.Length > 2 ? sizes[2] : 1, sizes.Length > 1 ? sizes[1] : 1, sizes[0]);
        return new(header, sizes, new(type ?? default, bigEndian, shape, components), scaling, geometry);
    }

    private static int ReadCount(MetaImageHeader header, string key, string? fallback, int most, HeaderReport report)
    {
        var text = header[key] ?? fallback ?? "missing";
        var valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 && count <= most;
        report.Require(valid, key, text, $"it must be 1 to {most}");
        return valid ? count : 1;
    }

    private static int[] ReadSizes(MetaImageHeader header, int rank, HeaderReport report)
    {
        if (MetaImageHeader.Numbers("DimSize", header["DimSize"] ?? "missing", rank, report) is not { } numbers)
        {
            return [];
        }

        var valid = Array.TrueForAll(numbers, n => n is >= 1 and <= int.MaxValue && n == Math.Truncate(n));
        report.Require(valid, "DimSize", header["DimSize"] ?? "", $"sizes must be whole numbers of 1 to {int.MaxValue}");
        return valid ? Array.ConvertAll(numbers, n => (int)n) : [];
    }

    private static VoxelScaling ReadScaling(MetaImageHeader header, HeaderReport report)
    {
        double Read(string key, double fallback)
            => header[key] is { } text && MetaImageHeader.Numbers(key, text, 1, report) is [var number] ? number : fallback;

        var scaling = new VoxelScaling(Read("ElementToIntensityFunctionSlope", 1), Read("ElementToIntensityFunctionOffset", 0));
        report.Require(scaling.Slope != 0, "ElementToIntensityFunctionSlope", scaling.Slope, "it must not be 0");
        return scaling;
    }
}
