using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>Joins the layers of a 3D Slicer segmentation to one label volume.</summary>
/// <remarks>
/// Slicer keeps segments that overlap, or once did, in layers: the channels of a .seg.nrrd. Each layer counts its labels by itself,
/// so where two segments have the same number they are numbered anew from 1, in the order of the file.
/// </remarks>
internal static class SlicerLayers
{
    /// <summary>The labels of all layers.</summary>
    /// <param name="volume">A channel for each layer.</param>
    /// <param name="segments">The segments that the file describes.</param>
    /// <param name="source">The file, for errors.</param>
    /// <exception cref="VolumeFormatException">Segments overlap, or a layer has a number that no segment has.</exception>
    public static LabelVolume Join(Volume volume, IReadOnlyList<SlicerSegment> segments, string source)
    {
        var keepsNumbers = segments.Select(s => s.LabelValue).Distinct().Count() == segments.Count;
        var labelOf = segments.Select((segment, i) => (segment, Label: keepsNumbers ? segment.LabelValue : i + 1))
            .DistinctBy(s => (s.segment.Layer, s.segment.LabelValue))
            .ToDictionary(s => (s.segment.Layer, s.segment.LabelValue), s => (ushort)s.Label);
        var labels = new ushort[volume.Shape.ChannelCount];
        var values = new float[Math.Min(volume.Shape.ChannelCount, 1 << 15)];
        var (overlapping, pair) = (0L, (First: (ushort)0, Second: (ushort)0));
        for (var layer = 0; layer < volume.Shape.Channels; layer++)
        {
            for (var start = 0L; start < labels.Length; start += values.Length)
            {
                var block = values.AsSpan(0, (int)Math.Min(values.Length, labels.Length - start));
                volume.CopyValues((layer * volume.Shape.ChannelCount) + start, block);
                for (var i = 0; i < block.Length; i++)
                {
                    if (block[i] == 0)
                    {
                        continue;
                    }

                    var own =
                        LabelNarrowing.TryRound(block[i], out var number) && labelOf.TryGetValue((layer, number), out var label)
                            ? label
                            : throw new VolumeFormatException(
                                source,
                                "NRRD",
                                null,
                                $"layer {layer} has the value {block[i]}, which no segment of the file has. The file is damaged; "
                                    + "save it anew in 3D Slicer."
                            );
                    ref var target = ref labels[start + i];
                    if (target != 0 && target != own && overlapping++ == 0)
                    {
                        pair = (target, own);
                    }

                    target = own;
                }
            }
        }

        string Name(int label) =>
            segments
                .Select((segment, i) => (segment, Label: keepsNumbers ? segment.LabelValue : i + 1))
                .First(s => s.Label == label)
                .segment
                is var named
                ? $"'{named.ToClass(named.LabelValue).Name}' (layer {named.Layer}, value {named.LabelValue})"
                : "";
        if (overlapping > 0)
        {
            throw new VolumeFormatException(
                source,
                "NRRD",
                null,
                $"{overlapping} voxels belong to several segments, such as {Name(pair.First)} and {Name(pair.Second)}, and a label "
                    + "volume holds one label a voxel. Export the segments that are wanted to a label map in 3D Slicer. An application "
                    + "can also read a single layer, whose segments do not overlap, as a channel of the volume."
            );
        }

        LabelClass[] classes =
        [
            LabelClass.Unnamed(0),
            .. segments
                .Select((s, i) => s.ToClass(keepsNumbers ? s.LabelValue : i + 1))
                .OrderBy(c => c.Value),
        ];
        var header = volume.Header is { } said
            ? said with
            {
                Shape = said.Shape.WithChannels(1),
                VoxelType = VoxelType.UInt16,
                Classes = classes,
                MakeLabels = null,
                Original = null,
                Notes = keepsNumbers
                    ? said.Notes
                    :
                    [
                        .. said.Notes,
                        "Segments of several layers have the same label value; they were numbered anew from 1, in the order of the file.",
                    ],
            }
            : null;
        return LabelVolume.FromVolume(Volume.Create(labels, volume.Shape.WithChannels(1), volume.Geometry, header: header), classes);
    }
}
