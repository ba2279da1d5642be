using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>The map from voxel index to RAS millimetres that a NRRD header gives.</summary>
internal static class NrrdGeometry
{
    /// <summary>From "space directions" and "space origin"; from "spacings" along the axes of the space if there are none.</summary>
    public static VolumeGeometry Of(NrrdHeader header, NrrdSpace space, ReadOnlySpan<NrrdAxis> axes, HeaderReport report)
    {
        var scale = MillimetresPerUnit(header, report);
        Span<Vector3D> columns = stackalloc Vector3D[3];
        for (var i = 0; i < axes.Length; i++)
        {
            double[] alongAxis = [0, 0, 0];
            alongAxis[i] = axes[i].Spacing;
            columns[i] = space.ToRas(axes[i].Direction ?? alongAxis, scale);
        }

        var origin = default(Vector3D);
        if (space.Dimension == 0)
        {
            var isStated = false;
            double[] first = [0, 0, 0];
            for (var i = 0; i < axes.Length; i++)
            {
                first[i] = axes[i].Origin ?? 0;
                isStated |= axes[i].Origin is not null;
            }

            origin = space.ToRas(first, scale);
            report.Note(
                "The header names no space; axes were taken as left-posterior-superior, as ITK "
                    + $"does{(isStated ? ", and axis mins as the origin" : ", with the first voxel at the origin")}."
            );
        }
        else if (header["space origin"] is null)
        {
            report.Note("The header gives no space origin; the first voxel was put at the origin.");
        }

        var withoutStep = 0;
        foreach (var axis in axes)
        {
            withoutStep += axis.Direction is null && !axis.HasSpacing ? 1 : 0;
        }

        if (withoutStep > 0)
        {
            report.Note($"The header gives no distance of voxels along {withoutStep} of {axes.Length} axes; 1 mm was assumed.");
        }

        if (
            space.Dimension > 0
            && header["space origin"] is { Length: > 0 } text
            && NrrdVector.Parse(text, space.Dimension, "space origin", report) is { } numbers
        )
        {
            origin = space.ToRas(numbers, scale);
        }

        var affine = GeometryCheck.Complete(new(columns[0], columns[1], columns[2], origin), axes.Length);
        return GeometryCheck.Create(affine, "space directions", report);
    }

    private static double MillimetresPerUnit(NrrdHeader header, HeaderReport report)
    {
        var unit = NrrdUnits(header["space units"]).FirstOrDefault() ?? "mm";
        var scale = unit.ToLowerInvariant() switch
        {
            "m" or "meter" or "meters" => 1000.0,
            "cm" => 10.0,
            "um" or "µm" or "micron" or "microns" => 0.001,
            _ => 1.0,
        };
        if (scale != 1)
        {
            report.Note($"space units says {unit}; positions were converted to millimetres.");
        }

        return scale;
    }

    private static IEnumerable<string> NrrdUnits(string? text)
        => (text ?? "").Split('"', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(u => u.Length > 0);
}
