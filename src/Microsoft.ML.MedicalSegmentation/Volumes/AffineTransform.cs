namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A linear map with a translation in three dimensions: p -> (A, B, C) p + T, kept by columns.</summary>
/// <remarks>
/// From voxel index (x, y, z) to world, A is the step in millimetres along the width, B along the height, C along the depth.
/// </remarks>
/// <param name="A">Image of (1, 0, 0).</param>
/// <param name="B">Image of (0, 1, 0).</param>
/// <param name="C">Image of (0, 0, 1).</param>
/// <param name="Translation">Image of the origin.</param>
public readonly record struct AffineTransform(Vector3D A, Vector3D B, Vector3D C, Vector3D Translation)
{
    /// <summary>Maps every point to itself.</summary>
    public static AffineTransform Identity => new(new(1, 0, 0), new(0, 1, 0), new(0, 0, 1), default);

    /// <summary>Signed volume of the unit cube's image; below 0 if the map mirrors.</summary>
    public double Determinant => Vector3D.Dot(A, Vector3D.Cross(B, C));

    /// <summary>The element at <paramref name="row"/> 0 to 2 and <paramref name="column"/> 0 to 3 of the 3 x 4 matrix.</summary>
    public double this[int row, int column] => Column(column)[row];

    /// <summary>Column 0 to 3 of the 3 x 4 matrix; 3 is the translation.</summary>
    public Vector3D Column(int column) => column switch
    {
        0 => A,
        1 => B,
        2 => C,
        3 => Translation,
        _ => throw new ArgumentOutOfRangeException(nameof(column), column, "A column is 0, 1, 2 or 3 (the translation)."),
    };

    /// <summary>Reads a 3 x 4 or 4 x 4 matrix given row by row.</summary>
    /// <exception cref="ArgumentException">There are not 12 or 16 numbers, or the fourth row is not 0, 0, 0, 1.</exception>
    public static AffineTransform FromRows(ReadOnlySpan<double> rows)
    {
        if (rows.Length is not (12 or 16))
        {
            throw new ArgumentException($"There are {rows.Length} numbers; a 3 x 4 matrix has 12, a 4 x 4 matrix 16.", nameof(rows));
        }

        if (rows.Length == 16 && !rows[12..].SequenceEqual([0, 0, 0, 1]))
        {
            throw new ArgumentException(
                $"The fourth row is {string.Join(", ", rows[12..].ToArray())}; that of an affine "
                    + "transform is 0, 0, 0, 1. Give the matrix row by row.",
                nameof(rows)
            );
        }

        return new(
            new(rows[0], rows[4], rows[8]),
            new(rows[1], rows[5], rows[9]),
            new(rows[2], rows[6], rows[10]),
            new(rows[3], rows[7], rows[11])
        );
    }

    /// <summary>The 3 x 4 matrix, row by row.</summary>
    public double[] ToRows() => [A.X, B.X, C.X, Translation.X, A.Y, B.Y, C.Y, Translation.Y, A.Z, B.Z, C.Z, Translation.Z];

    /// <summary>The image of a point.</summary>
    public Vector3D Apply(Vector3D point) => ApplyToDirection(point) + Translation;

    /// <summary>The image of a direction: without the translation.</summary>
    public Vector3D ApplyToDirection(Vector3D direction) => (A * direction.X) + (B * direction.Y) + (C * direction.Z);

    /// <summary>First <paramref name="inner"/>, then this map.</summary>
    public AffineTransform Compose(AffineTransform inner)
        => new(ApplyToDirection(inner.A), ApplyToDirection(inner.B), ApplyToDirection(inner.C), Apply(inner.Translation));

    /// <summary>The map that undoes this one.</summary>
    /// <exception cref="InvalidOperationException">The map flattens space: its determinant is zero or not finite.</exception>
    public AffineTransform Inverse()
    {
        var determinant = Determinant;
        if (!double.IsFinite(determinant) || determinant == 0)
        {
            throw new InvalidOperationException($"The affine transform has determinant {determinant} and so no inverse.");
        }

        // Rows of the inverse are the cross products of the columns over the determinant.
        var (r0, r1, r2) = (
            Vector3D.Cross(B, C) * (1 / determinant),
            Vector3D.Cross(C, A) * (1 / determinant),
            Vector3D.Cross(A, B) * (1 / determinant)
        );
        var linear = new AffineTransform(new(r0.X, r1.X, r2.X), new(r0.Y, r1.Y, r2.Y), new(r0.Z, r1.Z, r2.Z), default);
        return linear with { Translation = linear.ApplyToDirection(Translation) * -1 };
    }

    /// <summary>The same map of the world with its points counted the other way: LPS+ where they were in RAS+, and back.</summary>
    /// <remarks>ITK, ANTs, elastix and DICOM count in LPS+, whose x and y have the other sign.</remarks>
    public AffineTransform MirrorXY()
    {
        static Vector3D Mirror(Vector3D p) => new(-p.X, -p.Y, p.Z);
        return new(Mirror(A) * -1, Mirror(B) * -1, Mirror(C), Mirror(Translation));
    }

    /// <summary>True if no number is infinite or NaN.</summary>
    public bool IsFinite() => Array.TrueForAll(ToRows(), double.IsFinite);
}
