namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>Minimum, maximum, mean and sum of the finite values of a volume, in double precision.</summary>
internal sealed record VolumeStatistics(long Count, double Minimum, double Maximum, double Sum)
{
    public double Mean => Sum / Count;

    public static VolumeStatistics Of(Volume volume)
    {
        var (count, minimum, maximum, sum) = (0L, double.PositiveInfinity, double.NegativeInfinity, 0.0);
        var shape = volume.Shape;
        for (var c = 0; c < shape.Channels; c++)
        {
            for (var z = 0; z < shape.Depth; z++)
            {
                for (var y = 0; y < shape.Height; y++)
                {
                    for (var x = 0; x < shape.Width; x++)
                    {
                        var value = volume.GetValue(c, z, y, x);
                        if (double.IsFinite(value))
                        {
                            (count, minimum, maximum, sum) = (count + 1, Math.Min(minimum, value), Math.Max(maximum, value), sum + value);
                        }
                    }
                }
            }
        }

        return new(count, minimum, maximum, sum);
    }
}
