namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>Three cases of 336 voxels whose numbers NumPy can make as well.</summary>
/// <remarks>values = (i*i*7 + 13*i + 101*k) % 1009 - 300 and labels = i % 5 == k, for voxel i of case k.</remarks>
internal static class Cases
{
    public static readonly VolumeShape Shape = new(1, 6, 7, 8);

    public static int[] Values(int k) => [.. Enumerable.Range(0, 336).Select(i => (((i * i * 7) + (13 * i) + (101 * k)) % 1009) - 300)];

    public static LabelVolume Labels(int k) =>
        LabelVolume.Create([.. Enumerable.Range(0, 336).Select(i => (byte)(i % 5 == k ? 1 : 0))], Shape);

    public static LabelledScan[] Integers(VoxelScaling? scaling = null)
        => [.. Enumerable.Range(0, 3).Select(k => new LabelledScan
        {
            Image = Volume.Create(Array.ConvertAll(Values(k), value => (short)value), Shape, scaling: scaling),
            Label = Labels(k),
        })];

    public static LabelledScan[] Singles(Func<int, float, float>? map = null)
        => [.. Enumerable.Range(0, 3).Select(k => new LabelledScan
        {
            Image = Volume.Create(Array.ConvertAll(Values(k), value => map?.Invoke(k, value) ?? value), Shape),
            Label = Labels(k),
        })];
}
