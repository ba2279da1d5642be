using System.CommandLine;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg info FILE: what a volume is.</summary>
internal sealed class InfoCommand : IToolCommand
{
    public Command Build()
    {
        var file = new Argument<string>("file") { Description = "A volume, a folder with a DICOM series, or a model (.zip, .onnx)." };
        var json = SharedOptions.Json();
        var command = new Command("info", "Tells what a volume or a model is.") { file, json };
        command.SetAction(arguments => Run(arguments.GetRequiredValue(file), arguments.GetValue(json)));
        return command;
    }

    private static int Run(string path, bool json)
    {
        var header = VolumeFormats.ReadHeader(path);
        var geometry = header.Geometry;
        if (json)
        {
            Report.Json(new
            {
                path,
                header.Format,
                shape = new { header.Shape.Width, header.Shape.Height, header.Shape.Depth, header.Shape.Channels },
                voxelType = header.VoxelType.ToString(),
                header.Scaling.Slope,
                header.Scaling.Intercept,
                spacing = new[] { geometry.Spacing.X, geometry.Spacing.Y, geometry.Spacing.Z },
                orientation = geometry.OrientationCode,
                affine = geometry.IndexToWorld.ToRows(),
                header.Fields,
                header.Notes,
            });
            return ExitCode.Success;
        }

        IEnumerable<string[]> rows =
        [
            ["format", header.Format],
            ["size", header.Shape.ToString()],
            ["voxels", $"{header.VoxelType}, {header.Shape.Count * VoxelTypes.SizeOf(header.VoxelType) / 1048576.0:0.##} MiB in memory"],
            ["scaling", header.Scaling.IsIdentity ? "none" : $"value = {header.Scaling.Slope} x stored + {header.Scaling.Intercept}"],
            ["spacing", $"{geometry.Spacing} mm"],
            ["orientation", geometry.OrientationCode],
            ["origin", $"({geometry.Origin.X:0.###}, {geometry.Origin.Y:0.###}, {geometry.Origin.Z:0.###}) mm, RAS+"],
            .. header.Fields.Select(field => new[] { field.Key, field.Value }),
            .. header.Notes.Select(note => new[] { "note", note }),
        ];
        Report.Table([Path.GetFileName(path), ""], rows);
        return ExitCode.Success;
    }
}
