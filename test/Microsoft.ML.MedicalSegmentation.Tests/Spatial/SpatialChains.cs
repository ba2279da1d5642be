namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Random volumes at random places, and random chains of spatial transforms.</summary>
internal static class SpatialChains
{
    /// <summary>Turned by any angle, with unequal voxels; mirrored, with swapped axes or sheared for some seeds.</summary>
    public static VolumeGeometry Geometry(Random random)
    {
        double Angle() => (random.NextDouble() - 0.5) * (random.Next(3) == 0 ? 0 : 6);
        Vector3D Turn(Vector3D v, double a, double b, double c)
        {
            v = new((v.X * Math.Cos(a)) - (v.Y * Math.Sin(a)), (v.X * Math.Sin(a)) + (v.Y * Math.Cos(a)), v.Z);
            v = new(v.X, (v.Y * Math.Cos(b)) - (v.Z * Math.Sin(b)), (v.Y * Math.Sin(b)) + (v.Z * Math.Cos(b)));
            return new((v.X * Math.Cos(c)) + (v.Z * Math.Sin(c)), v.Y, (v.Z * Math.Cos(c)) - (v.X * Math.Sin(c)));
        }

        var (a, b, c) = (Angle(), Angle(), Angle());
        double Spacing() => (0.3 + (4 * random.NextDouble())) * (random.Next(2) == 0 ? 1 : -1);
        var shear = random.Next(4) == 0 ? 0.3 : 0;
        return new(new AffineTransform(
            Turn(new(Spacing(), 0, 0), a, b, c),
            Turn(new(0, Spacing(), 0), a, b, c),
            Turn(new(0, shear, Spacing()), a, b, c),
            new((random.NextDouble() - 0.5) * 500, (random.NextDouble() - 0.5) * 500, (random.NextDouble() - 0.5) * 500)));
    }

    /// <summary>A label volume of which every voxel has a value of its own, from 1 on.</summary>
    public static LabelVolume Numbered(Random random, int largestSide = 12)
    {
        var shape = new VolumeShape(1, random.Next(1, largestSide), random.Next(1, largestSide), random.Next(1, largestSide));
        return LabelVolume.Create([.. Enumerable.Range(1, (int)shape.Count).Select(i => (ushort)i)], shape, Geometry(random));
    }

    /// <summary>A few transforms that keep every voxel that stays: turns, crops and pads.</summary>
    public static LabelVolume ChangeGrid(LabelVolume labels, Random random)
    {
        for (var step = random.Next(1, 6); step > 0; step--)
        {
            labels = random.Next(2) == 0 ? labels.Reorient(Code(random)) : labels.CropOrPad(Window(labels.Shape, random));
        }

        return labels;
    }

    public static string Code(Random random)
    {
        var letters = new[] { "RL", "AP", "SI" };
        random.Shuffle(letters);
        return string.Concat(letters.Select(pair => pair[random.Next(2)]));
    }

    /// <summary>A window that takes some voxels away on one side and adds some on another, and meets the volume.</summary>
    private static VolumeRegion Window(VolumeShape shape, Random random)
    {
        (int First, int Size) Along(int size)
        {
            var first = random.Next(-3, size);
            return (first, Math.Max(1, random.Next(-first, size + 4 - first)));
        }

        var ((x, width), (y, height), (z, depth)) = (Along(shape.Width), Along(shape.Height), Along(shape.Depth));
        return new(x, y, z, width, height, depth);
    }
}
