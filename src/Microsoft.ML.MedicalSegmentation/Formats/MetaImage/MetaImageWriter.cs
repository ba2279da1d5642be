using System.Globalization;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Formats.MetaImage;

/// <summary>Makes the header for a volume that is written as MetaImage, keeping what its own file said where it still holds.</summary>
internal static class MetaImageWriter
{
    /// <summary>Components that lie together: all channels, unless the volume's file had further dimensions instead.</summary>
    public static int InnerChannels(Volume volume)
        => Original(volume) is { } original ? original.Layout.InnerChannels : volume.Shape.Channels;

    /// <summary>The header's text; the voxels or nothing follow.</summary>
    /// <param name="volume">What is written; its scaling is the identity.</param>
    /// <param name="compressedSize">Bytes of the packed voxels; null if they are not packed.</param>
    /// <param name="dataFileName">The data file; "LOCAL" where the voxels follow.</param>
    public static byte[] MakeHeader(Volume volume, long? compressedSize, string dataFileName)
    {
        var original = Original(volume);
        var keepsPlane = original is { DimSize.Length: 2 } && volume.Shape.Depth == 1 && volume.Geometry.Equals(volume.Header?.Geometry);
        List<int> sizes = [volume.Shape.Width, volume.Shape.Height, volume.Shape.Depth];
        if (keepsPlane)
        {
            sizes.RemoveAt(2);
        }

        sizes.AddRange(original?.DimSize.Skip(3) ?? []);
        var rank = sizes.Count;
        var affine = volume.Geometry.IndexToWorld;
        var spacing = volume.Geometry.Spacing;
        double Direction(int axis, int i) =>
            axis >= 3 || i >= 3 ? (axis == i ? 1 : 0) : LpsSign(i) * affine.Column(axis)[i] / spacing[axis];

        var text = new StringBuilder();
        void Line(string key, string value) => text.Append(key).Append(" = ").Append(value).Append('\n');
        void Numbers(string key, IEnumerable<double> values) =>
            Line(key, string.Join(' ', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture))));
        var axes = Enumerable.Range(0, rank).ToArray();
        Line("ObjectType", "Image");
        Line("NDims", rank.ToString(CultureInfo.InvariantCulture));
        Line("BinaryData", "True");
        Line("BinaryDataByteOrderMSB", "False");
        Line("CompressedData", compressedSize is null ? "False" : "True");
        if (compressedSize is { } size)
        {
            Line("CompressedDataSize", size.ToString(CultureInfo.InvariantCulture));
        }

        Numbers("TransformMatrix", axes.SelectMany(axis => axes.Select(i => Direction(axis, i))));
        Numbers("Offset", axes.Select(i => i < 3 ? LpsSign(i) * affine.Translation[i] : 0));
        Numbers("CenterOfRotation", axes.Select(_ => 0.0));
        Numbers("ElementSpacing", axes.Select(axis => axis < 3 ? spacing[axis] : 1));
        Line("DimSize", string.Join(' ', sizes));
        foreach (var (key, value) in original?.Header.Others ?? [])
        {
            Line(key, value);
        }

        if (InnerChannels(volume) > 1)
        {
            Line("ElementNumberOfChannels", InnerChannels(volume).ToString(CultureInfo.InvariantCulture));
        }

        Line("ElementType", MetaImageType.NameOf(volume.VoxelType));
        Line("ElementDataFile", dataFileName);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static double LpsSign(int axis) => axis == 2 ? 1 : -1;

    /// <summary>What the volume's file said, where its channels are still the same.</summary>
    private static MetaImageVolume? Original(Volume volume)
        => volume.Header?.Original is MetaImageVolume original && original.Layout.Shape.Channels == volume.Shape.Channels ? original : null;
}
