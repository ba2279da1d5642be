using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

/// <summary>
/// The area in mm² of the surface that separates the voxels around a corner which have a label from those which have not.
/// </summary>
/// <remarks>
/// The surface is that of marching cubes with vertices in the middle between two voxel centres (Lorensen and Cline 1987,
/// https://doi.org/10.1145/37402.37422): the side with fewer voxels is cut off, each group of them that is connected by faces by itself.
/// A single voxel costs a triangle T; a pair a rectangle; three a rectangle and three T; four of a face a rectangle of a voxel's face;
/// four around one 6 T; four in a chain 4 T and half of the rectangles of its two ends. In an image, lengths in mm take the place of areas.
/// </remarks>
internal static class SurfaceElementAreas
{
    /// <summary>The code of a corner of an image between four voxels with the label.</summary>
    public const byte AllOfImage = 0b1111_0000;

    /// <summary>The bit of a voxel around a corner; 0 is before the corner along an axis and 1 after it.</summary>
    public static int Bit(int z, int y, int x) => (z << 2) | (y << 1) | x;

    /// <summary>Areas of all codes.</summary>
    /// <param name="spacing">Of the voxels in mm.</param>
    /// <param name="isImage">True for the lengths of contours.</param>
    public static double[] Of(Vector3D spacing, bool isImage)
        => [.. Enumerable.Range(0, 256).Select(code => isImage ? LengthOf(code >> 4, spacing) : AreaOf(code, spacing))];

    private static double LengthOf(int code, Vector3D spacing) => BitOperations.PopCount((uint)code) switch
    {
        1 or 3 => new Vector3D(spacing.X, spacing.Y, 0).Length / 2,
        2 => code switch
        {
            0b0011 or 0b1100 => spacing.X,
            0b0101 or 0b1010 => spacing.Y,
            _ => new Vector3D(spacing.X, spacing.Y, 0).Length,
        },
        _ => 0,
    };

    private static double AreaOf(int code, Vector3D spacing)
    {
        // The smaller side; of two of four, the one with the label.
        var side = BitOperations.PopCount((uint)code) > 4 ? code ^ 255 : code;
        var area = 0.0;
        while (side != 0)
        {
            var group = GroupOf(side);
            area += AreaOfGroup(group, spacing);
            side &= ~group;
        }

        return area;
    }

    // The voxels that are connected by faces with the first.
    private static int GroupOf(int side)
    {
        var group = side & -side;
        for (int grown; (grown = side & (group | Neighbours(group))) != group;)
        {
            group = grown;
        }

        return group;
    }

    private static int Neighbours(int group)
    {
        var around = 0;
        for (var voxel = 0; voxel < 8; voxel++)
        {
            if ((group >> voxel & 1) != 0)
            {
                around |= 1 << (voxel ^ 1) | 1 << (voxel ^ 2) | 1 << (voxel ^ 4);
            }
        }

        return around;
    }

    private static double AreaOfGroup(int group, Vector3D spacing)
    {
        // Areas of a voxel's faces across x, y and z: an area is the length of a vector of their shares.
        var faces = new Vector3D(spacing.Y * spacing.Z, spacing.X * spacing.Z, spacing.X * spacing.Y);
        var triangle = faces.Length / 8;
        var pairs = Pairs(group);
        int[] axes = [.. pairs.Select(pair => pair.Axis).Distinct()];
        return BitOperations.PopCount((uint)group) switch
        {
            1 => triangle,
            2 => AroundPair(pairs[0].Axis, faces),
            3 => (3 * triangle) + (Across(3 - axes.Sum(), faces) / 2),
            4 when axes.Length == 2 => Across(3 - axes.Sum(), faces),
            4 when Enumerable.Range(0, 8).Any(voxel => pairs.Count(pair => pair.Has(voxel)) == 3) => 6 * triangle,
            _ => (4 * triangle) + (pairs.Where(pair => IsEnd(pair, pairs)).Sum(pair => AroundPair(pair.Axis, faces)) / 2),
        };
    }

    private static bool IsEnd(Pair pair, List<Pair> pairs)
        => pairs.Count(other => other.Has(pair.First)) == 1 || pairs.Count(other => other.Has(pair.First ^ (1 << pair.Axis))) == 1;

    private static double Across(int axis, Vector3D faces) => axis switch { 0 => faces.X, 1 => faces.Y, _ => faces.Z };

    // The rectangle beside two voxels that are neighbours along an axis.
    private static double AroundPair(int axis, Vector3D faces) => axis switch
    {
        0 => new Vector3D(0, faces.Y, faces.Z).Length / 2,
        1 => new Vector3D(faces.X, 0, faces.Z).Length / 2,
        _ => new Vector3D(faces.X, faces.Y, 0).Length / 2,
    };

    private static List<Pair> Pairs(int group)
    {
        var pairs = new List<Pair>();
        for (var voxel = 0; voxel < 8; voxel++)
        {
            for (var axis = 0; axis < 3; axis++)
            {
                var pair = new Pair(voxel, axis);
                if ((voxel >> axis & 1) == 0 && (group >> voxel & 1) != 0 && (group >> (voxel ^ (1 << axis)) & 1) != 0)
                {
                    pairs.Add(pair);
                }
            }
        }

        return pairs;
    }

    // Two voxels that are neighbours along an axis: 0 is x, 1 is y, 2 is z.
    private readonly record struct Pair(int First, int Axis)
    {
        public bool Has(int voxel) => voxel == First || voxel == (First ^ (1 << Axis));
    }
}
