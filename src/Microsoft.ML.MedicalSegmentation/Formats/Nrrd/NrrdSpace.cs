using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>The world frame of a NRRD file.</summary>
/// <param name="Name">As the header calls it; empty if it names none.</param>
/// <param name="Dimension">Numbers in a direction; 0 if there is no space.</param>
/// <param name="SignX">+1 where the first coordinate grows to the right, as in RAS; -1 where it grows to the left.</param>
/// <param name="SignY">+1 where the second coordinate grows to anterior; -1 where it grows to posterior.</param>
internal sealed record NrrdSpace(string Name, int Dimension, int SignX, int SignY)
{
    /// <summary>The frame that DICOM, ITK and 3D Slicer use, and that we write.</summary>
    public static NrrdSpace Lps { get; } = new("left-posterior-superior", 3, -1, -1);

    /// <summary>Reads "space" or "space dimension".</summary>
    public static NrrdSpace Read(NrrdHeader header, HeaderReport report)
    {
        if (header["space"] is { Length: > 0 } name)
        {
            var key = name.ToLowerInvariant();
            var hasTime = key.EndsWith("-time", StringComparison.Ordinal) || (key.Length == 4 && key[3] == 't');
            var plain = key.EndsWith("-time", StringComparison.Ordinal) ? key[..^5] : hasTime ? key[..3] : key;
            var dimension = hasTime ? 4 : 3;
            switch (plain)
            {
                case "right-anterior-superior" or "ras":
                    return new(name, dimension, 1, 1);
                case "left-anterior-superior" or "las":
                    return new(name, dimension, -1, 1);
                case "left-posterior-superior" or "lps":
                    return new(name, dimension, -1, -1);
                case "scanner-xyz" or "3d-right-handed" or "3d-left-handed":
                    report.Note(
                        $"The space '{name}' says nothing about the patient; it was taken as left-posterior-superior, as ITK does."
                    );
                    return new(name, dimension, -1, -1);
                default:
                    report.Fault(
                        "space",
                        name,
                        "the spaces read are right-anterior-superior, left-anterior-superior, left-posterior-superior, scanner-xyz, "
                            + "3D-right-handed and 3D-left-handed, each also with -time"
                    );
                    return new("", 0, -1, -1);
            }
        }

        if (header["space dimension"] is { } text)
        {
            if (int.TryParse(text, CultureInfo.InvariantCulture, out var dimension) && dimension is >= 1 and <= 4)
            {
                report.Note("The space has no name; it was taken as left-posterior-superior, as ITK does.");
                return new("", dimension, -1, -1);
            }

            report.Fault("space dimension", text, "it must be 1 to 4");
        }

        return new("", 0, -1, -1);
    }

    /// <summary>A vector of this space as RAS.</summary>
    public Vector3D ToRas(double[] vector, double scale)
        => new(SignX * scale * vector[0], SignY * scale * vector.ElementAtOrDefault(1), scale * vector.ElementAtOrDefault(2));

    /// <summary>A RAS vector in this space, as numbers.</summary>
    public double[] FromRas(Vector3D vector) => [SignX * vector.X, SignY * vector.Y, vector.Z];
}
