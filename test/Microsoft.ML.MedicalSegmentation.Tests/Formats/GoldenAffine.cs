using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>The index-to-world map that a manifest line gives, each format in its own words, as RAS+ millimetres.</summary>
internal static class GoldenAffine
{
    /// <summary>The map; null where the line gives none.</summary>
    public static AffineTransform? Of(ManifestLine line)
    {
        var text = line.Fields["affine"];
        return text.Length == 0 ? null
            : text.StartsWith("TransformMatrix=", StringComparison.Ordinal) ? FromMetaImage(line, text)
            : text.StartsWith("space=", StringComparison.Ordinal) ? FromNrrd(text)
            : AffineTransform.FromRows(Numbers(text));
    }

    /// <summary>"TransformMatrix=1 0 0 0 1 0 0 0 1 Offset=0 0 0 orient=RAI": rows are the directions of the axes, LPS.</summary>
    private static AffineTransform? FromMetaImage(ManifestLine line, string text)
    {
        var matrix = Numbers(Between(text, "TransformMatrix=", "Offset="));
        var offset = Numbers(Between(text, "Offset=", "orient="));
        var rank = offset.Length;
        var spacing = line.Numbers("spacing");
        if (line.Fields["spacing"].StartsWith("size:", StringComparison.Ordinal))
        {
            // ElementSize alone; our reader takes it as the spacing, the golden reader did not decide.
            spacing = Numbers(line.Fields["spacing"]["size:".Length..]);
        }

        Vector3D Direction(int axis)
        {
            if (axis >= rank)
            {
                return axis == 2 ? new(0, 0, 1) : default;
            }

            double Component(int i) => i < rank ? matrix[(axis * rank) + i] * (axis < spacing.Length ? spacing[axis] : 1) : 0;
            return new(-Component(0), -Component(1), Component(2));
        }

        double Offset(int i) => i < rank ? offset[i] : 0;
        return new(Direction(0), Direction(1), Direction(2), new(-Offset(0), -Offset(1), Offset(2)));
    }

    /// <summary>"space=left-posterior-superior dirs=(1,0,0) (0,2,0) (0,0,3) origin=(0,0,0)".</summary>
    private static AffineTransform? FromNrrd(string text)
    {
        var space = Between(text, "space=", "dirs=").Trim();
        var directions = Between(text, "dirs=", "origin=")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(d => d != "none")
            .Select(d => ToRas(d, space))
            .ToArray();
        var origin = text[(text.IndexOf("origin=", StringComparison.Ordinal) + 7)..].Trim();
        return directions.Length < 3
            ? null
            : new(directions[0], directions[1], directions[2], origin.Length == 0 ? default : ToRas(origin, space));
    }

    private static Vector3D ToRas(string text, string space)
    {
        var v = text.Trim('(', ')').Split(',').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new(space.StartsWith("left", StringComparison.Ordinal) ? -v[0] : v[0], space.Contains("posterior") ? -v[1] : v[1], v[2]);
    }

    private static string Between(string text, string from, string to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal) + from.Length;
        return text[start..text.IndexOf(to, StringComparison.Ordinal)];
    }

    private static double[] Numbers(string text)
        => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
}
