using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Scoring;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>Model zips, volumes and studies that tests make.</summary>
internal static class TestModels
{
    /// <summary>A model of one channel: class 1 above one half; that of an earlier call where there is one.</summary>
    public static string Write(TemporaryFolder folder, string name = "bright.zip")
        => File.Exists(folder[name]) ? folder[name] : Write(folder, name, TinyOnnx.Threshold(new(1, 8, 8, 8), spacing: new(1, 1, 1)));

    /// <summary>A model that takes its time.</summary>
    public static string WriteSlow(TemporaryFolder folder) =>
        Write(folder, "slow.zip", TinyOnnx.Random(new(1, 48, 48, 48), 2, width: 48, depth: 6));

    public static string Write(TemporaryFolder folder, string name, SegmentationModel model)
    {
        var ml = new MLContext(1);
        var medical = ml.MedicalSegmentation();
        var rows = new SegmentationDataset("rows", [new("case", ["scan.nii.gz"], null)]).ToDataView(ml);
        var loading = medical.Transforms.LoadVolumes().Fit(rows);
        using var scoring = SegmentationTransformer.Create(ml, model);
        medical.Models.Save(new TransformerChain<ITransformer>(loading, scoring), rows.Schema, folder[name]);
        return folder[name];
    }

    /// <summary>A volume with a bright box.</summary>
    public static Volume<float> Volume(int side = 16, double spacing = 1)
    {
        var shape = new VolumeShape(1, side, side + 1, side + 2);
        var values = new float[shape.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var (x, y, z) = (i % shape.Width, i / shape.Width % shape.Height, i / (shape.Width * shape.Height));
            values[i] = x > 3 && y > 5 && z > 7 ? 1 + (x / 100f) : 0;
        }

        return MedicalSegmentation.Volume.Create(values, shape, VolumeGeometry.FromSpacing(spacing, spacing, spacing));
    }

    /// <summary>The volume as a file's bytes.</summary>
    public static byte[] Bytes(Volume volume, string ending = ".nii.gz")
    {
        var stream = new MemoryStream();
        VolumeFormats.Save(volume, stream, ending);
        return stream.ToArray();
    }

    /// <summary>The labels that the model gives for <see cref="Volume"/>.</summary>
    public static byte[] Expected(Volume<float> volume) =>
        [.. MemoryMarshal.ToEnumerable<float>(volume.ToSingle().Voxels.ToArray()).Select(v => (byte)(v > 0.5f ? 1 : 0))];

    /// <summary>The labels of a file's bytes.</summary>
    public static byte[] Labels(byte[] file, TemporaryFolder folder, string ending = ".nii.gz")
    {
        var path = folder[$"{Guid.NewGuid():N}{ending}"];
        File.WriteAllBytes(path, file);
        return VolumeFormats.OpenLabels(path).Voxels.Bytes.ToArray();
    }
}
