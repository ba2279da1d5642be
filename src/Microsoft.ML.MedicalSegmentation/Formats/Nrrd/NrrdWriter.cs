using System.Globalization;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>Makes the header for a volume that is written as NRRD, keeping what its own file said where it still holds.</summary>
internal static class NrrdWriter
{
    // Fields that stay true of any volume made from the file.
    private static readonly string[] KeptFields = ["content", "measurement frame", "sample units"];

    /// <summary>The header's text up to and including the blank line.</summary>
    /// <param name="volume">What is written; its scaling is the identity.</param>
    /// <param name="encoding">"gzip" or "raw".</param>
    /// <param name="dataFileName">The data file; null if the voxels follow.</param>
    public static byte[] MakeHeader(Volume volume, string encoding, string? dataFileName)
    {
        var original = volume.Header?.Original as NrrdVolume;
        var keepsAxes = original is not null && KeepsChannels(volume, original);
        var space = original is { Space: { Name.Length: > 0, Dimension: 3 } own } ? own : NrrdSpace.Lps;
        var axes = new List<(long Size, string Direction, string Kind)>();
        if (keepsAxes && original is not null)
        {
            axes.AddRange(original.Axes.Take(original.InnerAxes).Select(ChannelAxis));
        }

        var affine = volume.Geometry.IndexToWorld;
        axes.Add((volume.Shape.Width, Direction(space, affine.A), "domain"));
        axes.Add((volume.Shape.Height, Direction(space, affine.B), "domain"));
        axes.Add((volume.Shape.Depth, Direction(space, affine.C), "domain"));
        if (keepsAxes && original is not null)
        {
            axes.AddRange(original.Axes.Skip(original.InnerAxes + original.SpatialAxes).Select(ChannelAxis));
        }
        else if (volume.Shape.Channels > 1)
        {
            axes.Add((volume.Shape.Channels, "none", "list"));
        }

        var text = new StringBuilder(
            "NRRD0004\n# Complete NRRD file format specification at:\n# http://teem.sourceforge.net/nrrd/format.html\n"
        );
        void Line(string field, string value) => text.Append(field).Append(": ").Append(value).Append('\n');
        Line("type", NrrdType.NameOf(volume.VoxelType));
        Line("dimension", axes.Count.ToString(CultureInfo.InvariantCulture));
        Line("space", space.Name);
        Line("sizes", string.Join(' ', axes.Select(a => a.Size)));
        Line("space directions", string.Join(' ', axes.Select(a => a.Direction)));
        Line("kinds", string.Join(' ', axes.Select(a => a.Kind)));
        Line("endian", "little");
        Line("encoding", encoding);
        Line("space origin", Direction(space, affine.Translation));
        foreach (
            var field in KeptFields.Where(f => original?.Header[f] is not null && (f != "measurement frame" || space == original.Space))
        )
        {
            Line(field, original?.Header[field] ?? "");
        }

        if (dataFileName is not null)
        {
            Line("data file", dataFileName);
        }

        foreach (var (key, value) in original?.Header.KeyValues ?? [])
        {
            text.Append(key).Append(":=").Append(value).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
    }

    /// <summary>Components that lie together in the file of a volume.</summary>
    public static int InnerChannels(Volume volume)
        => volume.Header?.Original is NrrdVolume original && KeepsChannels(volume, original) ? original.Layout.InnerChannels : 1;

    private static bool KeepsChannels(Volume volume, NrrdVolume original) => original.Layout.Shape.Channels == volume.Shape.Channels;

    private static (long Size, string Direction, string Kind) ChannelAxis(NrrdAxis axis)
        => (axis.Size, "none", axis.Kind.Length == 0 || axis.IsSpatialByKind ? "list" : axis.Kind);

    private static string Direction(NrrdSpace space, Vector3D vector) => NrrdVector.Format(space.FromRas(vector));
}
