using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Mgh;

/// <summary>Reads and checks the 284 bytes before the voxels of an MGH file.</summary>
internal static class MghHeader
{
    private const int Bytes = 284;
    private const int Version = 1;

    private static readonly (int Code, VoxelType Type)[] Types =
        [(0, VoxelType.UInt8), (1, VoxelType.Int32), (3, VoxelType.Float32), (4, VoxelType.Int16), (10, VoxelType.UInt16)];

    /// <summary>True if the start looks like MGH: its version, and a number that can be a type.</summary>
    public static bool Recognise(ReadOnlySpan<byte> start)
        => start.Length >= Bytes && start[..4].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, Version])
            && start[20..23].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0]) && start[23] <= 10;

    /// <summary>Reads the header; the data then stands at the first voxel.</summary>
    public static (VolumeHeader Header, VoxelLayout Layout) Read(VoxelData data, string source)
    {
        var bytes = new byte[Bytes];
        data.ReadExactly(bytes);
        var fields = new HeaderFields(bytes, bigEndian: true, writing: false);
        var report = new HeaderReport(source, "MGH");
        var sizes = new int[4];
        var names = new[] { "width", "height", "depth", "nframes" };
        for (var i = 0; i < sizes.Length; i++)
        {
            fields.Int32(4 + (4 * i), ref sizes[i]);
            report.Require(sizes[i] >= 1, names[i], sizes[i], "a size must be at least 1");
        }

        var code = 0;
        fields.Int32(20, ref code);
        var type = Array.Find(Types, t => t.Code == code);
        report.Require(
            Array.Exists(Types, t => t.Code == code),
            "type",
            code,
            $"the types read are {string.Join(", ", Types.Select(t => $"{t.Code} ({t.Type})"))}"
        );
        var (delta, geometry) = ReadGeometry(fields, sizes, report);
        report.ThrowIfFaulty();

        var shape = new VolumeShape(sizes[3], sizes[2], sizes[1], sizes[0]);
        var header = new VolumeHeader("MGH", shape, type.Type, VoxelScaling.Identity, geometry)
        {
            Fields = new Dictionary<string, string> { ["delta"] = string.Join(' ', delta), ["type"] = $"{code}" },
            Notes = report.Notes,
        };
        return (header, new VoxelLayout(type.Type, BigEndian: true, shape));
    }

    /// <summary>The centre of the volume, at half its sizes, lies at c_ras; the columns of Mdc are the axes.</summary>
    private static (double[] Delta, VolumeGeometry Geometry) ReadGeometry(HeaderFields fields, int[] sizes, HeaderReport report)
    {
        var hasPosition = 0;
        fields.Int16(28, ref hasPosition);
        double[] delta = [1, 1, 1];
        double[] axes = [-1, 0, 0, 0, 0, -1, 0, 1, 0];
        double[] centre = [0, 0, 0];
        if (hasPosition > 0)
        {
            fields.Singles(30, delta);
            fields.Singles(42, axes);
            fields.Singles(78, centre);
        }
        else
        {
            report.Note("goodRASFlag is 0: the file knows no position; FreeSurfer's coronal default with 1 mm voxels was used.");
        }

        Vector3D Axis(int i) => new Vector3D(axes[3 * i], axes[(3 * i) + 1], axes[(3 * i) + 2]) * delta[i];
        var affine = new AffineTransform(Axis(0), Axis(1), Axis(2), default);
        affine = affine with
        {
            Translation = new Vector3D(centre[0], centre[1], centre[2]) - affine.Apply(new(sizes[0] / 2.0, sizes[1] / 2.0, sizes[2] / 2.0)),
        };
        return (delta, GeometryCheck.Create(affine, "delta, Mdc, Pxyz_c", report));
    }
}
