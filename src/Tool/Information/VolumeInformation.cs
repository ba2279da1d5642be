using MedSeg.Terminal;

namespace MedSeg.Information;

/// <summary>What a volume is, from its header alone.</summary>
internal static class VolumeInformation
{
    public static void Of(string path, bool json)
    {
        if (Directory.Exists(path) && SeriesInformation.Find(path) is { Count: > 0 } series)
        {
            SeriesInformation.Print(path, series, json);
            return;
        }

        var header = VolumeFormats.ReadHeader(path);
        if (json)
        {
            Report.Json(ToJson(path, header));
            return;
        }

        var geometry = header.Geometry;
        IEnumerable<string[]> rows =
        [
            ["format", header.Format],
            ["size", header.Shape.ToString()],
            ["voxels", $"{header.VoxelType}, {header.Shape.Count * VoxelTypes.SizeOf(header.VoxelType) / 1048576.0:0.##} MiB in memory"],
            ["scaling", header.Scaling.IsIdentity ? "none" : $"value = {header.Scaling.Slope} x stored + {header.Scaling.Intercept}"],
            ["spacing", $"{geometry.Spacing} mm"],
            ["orientation", geometry.OrientationCode],
            ["origin", $"({geometry.Origin.X:0.###}, {geometry.Origin.Y:0.###}, {geometry.Origin.Z:0.###}) mm, RAS+"],
            .. header.Classes.Select(c => new[] { $"class {c.Value}", $"{c.Name}{(c.Color is { } color ? $", {color}" : "")}" }),
            .. header.Fields.Select(field => new[] { field.Key, field.Value }),
            .. header.Notes.Select(note => new[] { "note", note }),
        ];
        Report.Table([Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), ""], rows);
    }

    private static object ToJson(string path, VolumeHeader header) => new
    {
        path,
        header.Format,
        shape = new { header.Shape.Width, header.Shape.Height, header.Shape.Depth, header.Shape.Channels },
        voxelType = header.VoxelType.ToString(),
        header.Scaling.Slope,
        header.Scaling.Intercept,
        spacing = new[] { header.Geometry.Spacing.X, header.Geometry.Spacing.Y, header.Geometry.Spacing.Z },
        orientation = header.Geometry.OrientationCode,
        affine = header.Geometry.IndexToWorld.ToRows(),
        classes = header.Classes.Select(c => new { c.Value, c.Name, color = c.Color?.ToString() }),
        header.Fields,
        header.Notes,
    };
}
