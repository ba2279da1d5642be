using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>What volume a NRRD header describes: the three axes of space, and the others as channels.</summary>
/// <param name="Header">The header's lines.</param>
/// <param name="Space">The world frame.</param>
/// <param name="Axes">All axes, the fastest first.</param>
/// <param name="Layout">How the voxels lie.</param>
/// <param name="Geometry">Where they lie.</param>
internal sealed record NrrdVolume(NrrdHeader Header, NrrdSpace Space, NrrdAxis[] Axes, VoxelLayout Layout, VolumeGeometry Geometry)
{
    /// <summary>Axes before x: components that lie together.</summary>
    public int InnerAxes { get; private init; }

    /// <summary>Axes of space, 1 to 3.</summary>
    public int SpatialAxes { get; private init; }

    /// <summary>Checks a header in one walk.</summary>
    /// <exception cref="VolumeFormatException">Names every rule that is broken.</exception>
    public static NrrdVolume Create(NrrdHeader header, HeaderReport report)
    {
        var type = NrrdType.Find(header["type"]);
        report.Require(type is not null, "type", header["type"] ?? "missing", "the types read are 8 to 64 bit integers, float and double");
        var isBigEndian = header["endian"]?.ToLowerInvariant() == "big";
        var isText = NrrdEncoding.IsText(header["encoding"]);
        if (type is { } known && VoxelTypes.SizeOf(known) > 1 && !isText)
        {
            report.Require(
                header["endian"]?.ToLowerInvariant() is "big" or "little",
                "endian",
                header["endian"] ?? "missing",
                "it must be little or big where a voxel has several bytes"
            );
        }

        var space = NrrdSpace.Read(header, report);
        var axes = NrrdAxis.Read(header, space.Dimension, report);
        var (first, count) = FindSpatial(axes, space, report);
        report.ThrowIfFaulty();

        var spatial = axes.AsSpan(first, count);
        var geometry = NrrdGeometry.Of(header, space, spatial, report);
        var inner = Product(axes.AsSpan(0, first));
        var channels = inner * Product(axes.AsSpan(first + count));
        report.Require(channels <= int.MaxValue, "sizes", header["sizes"] ?? "", "there are more channels than a volume can have");
        report.ThrowIfFaulty();

        var shape = new VolumeShape((int)channels, Size(spatial, 2), Size(spatial, 1), Size(spatial, 0));
        var bigEndian = isText ? !BitConverter.IsLittleEndian : isBigEndian;
        return new(header, space, axes, new(type ?? default, bigEndian, shape, (int)inner), geometry)
        {
            InnerAxes = first,
            SpatialAxes = count,
        };
    }

    private static int Size(ReadOnlySpan<NrrdAxis> axes, int axis) => axis < axes.Length ? (int)axes[axis].Size : 1;

    private static Int128 Product(ReadOnlySpan<NrrdAxis> axes)
    {
        Int128 product = 1;
        foreach (var axis in axes)
        {
            // Beyond any channel count already; kept from overflowing.
            product = Int128.Min(product * axis.Size, (Int128)1 << 62);
        }

        return product;
    }

    /// <summary>The run of axes that are x, y and z.</summary>
    private static (int First, int Count) FindSpatial(NrrdAxis[] axes, NrrdSpace space, HeaderReport report)
    {
        if (axes.Length == 0)
        {
            return default;
        }

        bool IsSpatial(NrrdAxis axis) => space.Dimension == 0 || axes.All(a => a.Direction is null)
            ? axis.IsSpatialByKind
            : axis.Direction is { } direction && direction.Take(3).Any(d => d != 0);

        var first = Array.FindIndex(axes, IsSpatial);
        if (first < 0)
        {
            report.Fault("kinds", string.Join(' ', axes.Select(a => a.Kind)), "at least one axis must be one of space");
            return default;
        }

        var count = 1;
        while (count < 3 && first + count < axes.Length && IsSpatial(axes[first + count]))
        {
            count++;
        }

        var laterSpatial = axes.Skip(first + count).Any(a => IsSpatial(a) && a.Size > 1);
        report.Require(
            !laterSpatial || count == 3, "space directions", $"{axes.Length} axes",
            "the axes of space must be neighbours; reorder the axes so that components come first or last");
        return (first, count);
    }
}
