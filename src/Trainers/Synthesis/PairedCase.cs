using Microsoft.ML.MedicalSegmentation.Data.Cases;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>
/// A pair as the training's feed takes cases: source and target channels in one volume, and labels that say where the volume and its
/// regions are.
/// </summary>
/// <remarks>
/// So whatever moves voxels moves source and target alike, and a patch that reaches beyond the volume says where it does. A pair takes 4
/// bytes per voxel and channel, and 1 byte per voxel.
/// </remarks>
internal static class PairedCase
{
    private const byte RegionValue = 1;
    private const byte InsideValue = 2;

    /// <summary>
    /// Index 0 is outside the volume; patches are centred on voxels of regions, which are index 1; all others have the ignored index.
    /// </summary>
    public static ClassMap Classes { get; } = new(
    [
        new(0, "outside"), new(RegionValue, "region"), new(InsideValue, "inside") { IsIgnored = true },
    ]);

    /// <summary>The volume and the labels of a pair.</summary>
    public static (Volume Image, LabelVolume Labels) Of(PairedRow row)
    {
        var (source, target) = (row.Source, row.Target);
        var shape = source.Shape.WithChannels(checked(source.Shape.Channels + target.Shape.Channels));
        shape.Validate(nameof(row));
        var values = GC.AllocateUninitializedArray<float>((int)shape.Count);
        source.CopyValues(0, values.AsSpan(0, (int)source.Shape.Count));
        target.CopyValues(0, values.AsSpan((int)source.Shape.Count));
        return (Volume.Create(values, shape, source.Geometry), LabelVolume.Create(Places(row), shape.WithChannels(1), source.Geometry));
    }

    private static byte[] Places(PairedRow row)
    {
        var places = new byte[row.Source.Shape.ChannelCount];
        Array.Fill(places, InsideValue);
        var block = new int[row.Region is null ? 0 : Math.Min(places.Length, 1 << 14)];
        for (var start = 0; row.Region is { } region && start < places.Length; start += block.Length)
        {
            var labels = block.AsSpan(0, Math.Min(block.Length, places.Length - start));
            region.CopyLabels(start, labels);
            for (var i = 0; i < labels.Length; i++)
            {
                places[start + i] = labels[i] > 0 ? RegionValue : InsideValue;
            }
        }

        return places;
    }
}
