using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>Slices in their places: [channel, depth], sorted by the position across the slices, never by name or number alone.</summary>
/// <param name="Frames">Slices by channel (time, echo, ...) and depth.</param>
/// <param name="Geometry">From voxel index to RAS+ mm.</param>
internal sealed record DicomStack(DicomFrame[][] Frames, VolumeGeometry Geometry)
{
    // Of the step: scanners round positions, GE to 0.02 % of it.
    private const double StepTolerance = 0.01;

    // In mm: positions with two decimals, unless that is more than a tenth of the step.
    private const double RoundingTolerance = 0.02;
    private const double LargestStepTolerance = 0.1;

    // Of the smaller pixel spacing: how far a slice may lie beside the line through the stack.
    private const double ShiftTolerance = 0.1;

    public int Depth => Frames[0].Length;

    /// <summary>Any slice; all have the same size and type.</summary>
    public DicomFrame First => Frames[0][0];

    /// <summary>Stacks the slices of one series.</summary>
    /// <param name="frames">In any order, at least one.</param>
    /// <param name="name">The file or folder, for errors.</param>
    /// <param name="notes">Receives what was odd but could be settled.</param>
    /// <exception cref="VolumeFormatException">The slices make no regular grid; says with numbers why.</exception>
    public static DicomStack Build(IReadOnlyList<DicomFrame> frames, string name, ICollection<string> notes)
    {
        var first = frames[0];
        RequireSame(
            frames,
            f => (f.Tile.Width, f.Tile.Height, f.Image.Channels),
            s => $"{s.Width} x {s.Height} pixels of {s.Channels} samples",
            "sizes",
            name
        );
        RequireSame(frames, f => f.Image.VoxelType, t => $"{t}", "voxel types", name);
        var withoutPosition = frames.Where(f => f.Plane.Position is null).ToList();
        if (withoutPosition.Count > 0)
        {
            return frames.All(f => f.Image == first.Image)
                ? Unplaced(frames, notes)
                : throw Fault(
                    name,
                    $"{withoutPosition.Count} of {frames.Count} slices ({DicomChannels.Files(withoutPosition)}) have no Image "
                        + "Position (Patient), so their order is unknown. Read the files one by one"
                );
        }

        var normal = first.Plane.Normal;
        if (
            frames.FirstOrDefault(f =>
                (f.Plane.Row - first.Plane.Row).Length > 1e-3 || (f.Plane.Column - first.Plane.Column).Length > 1e-3
            ) is
            { } turned
        )
        {
            throw Fault(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"slices have different orientations, turned by up to {AngleTo(turned):0.##} degrees: "
                        + $"{DicomChannels.Files([first])} and {DicomChannels.Files(frames.Where(f => AngleTo(f) > 0.1))}. Localizers and "
                        + $"radial series do. {Remedy}"
                )
            );
        }

        var spacing = (first.Plane.SpacingX, first.Plane.SpacingY);
        if (
            frames.FirstOrDefault(f =>
                Math.Abs(f.Plane.SpacingX - spacing.SpacingX) > 1e-3 * spacing.SpacingX
                || Math.Abs(f.Plane.SpacingY - spacing.SpacingY) > 1e-3 * spacing.SpacingY
            ) is
            { } other
        )
        {
            throw Fault(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"slices have different pixel spacings, {spacing.SpacingX} x {spacing.SpacingY} and {other.Plane.SpacingX} x "
                        + $"{other.Plane.SpacingY} mm ({DicomChannels.Files([first])} and {DicomChannels.Files([other])}). {Remedy}"
                )
            );
        }

        var places = Group(frames, normal, Math.Min(spacing.SpacingX, spacing.SpacingY) * StepTolerance);
        var step = places.Count == 1
            ? normal * StatedStep(first.Plane, notes)
            : RequireEvenSteps(places, normal, Math.Min(spacing.SpacingX, spacing.SpacingY), name);
        var channels = DicomChannels.Arrange(places, name, notes);
        return new(channels, ToRas(first.Plane, PositionOf(places[0]), step));

        double AngleTo(DicomFrame frame) =>
            Math.Max(Angle(frame.Plane.Row, first.Plane.Row), Angle(frame.Plane.Column, first.Plane.Column));
    }

    /// <summary>The geometry of planes that start at a position (LPS) and follow each other by a step.</summary>
    public static VolumeGeometry ToRas(DicomPlane plane, Vector3D position, Vector3D step)
        => new(new AffineTransform(Flip(plane.Row * plane.SpacingX), Flip(plane.Column * plane.SpacingY), Flip(step), Flip(position)));

    /// <summary>From LPS+ to RAS+, or back.</summary>
    public static Vector3D Flip(Vector3D v) => new(0 - v.X, 0 - v.Y, v.Z);

    /// <summary>The distance to the next slice that the file states; 1 mm with a note where it does not.</summary>
    public static double StatedStep(DicomPlane plane, ICollection<string> notes)
    {
        if (plane.Thickness is null)
        {
            DicomPixelSize.AddOnce(notes, "The file states no distance of slices; 1 mm was assumed.");
        }

        return plane.Thickness ?? 1;
    }

    private const string Remedy = "Put the files of one group into a folder of their own (an application can open them by their paths)";

    private static DicomStack Unplaced(IReadOnlyList<DicomFrame> frames, ICollection<string> notes)
    {
        var plane = frames[0].Plane;
        notes.Add(
            "The file gives no position in the patient; the first voxel was put at the origin, and "
                + "frames follow each other in the file's order."
        );
        return new(
            [
                [.. frames],
            ],
            ToRas(plane, default, plane.Normal * StatedStep(plane, notes))
        );
    }

    /// <summary>Slices at the same place along the normal, places in ascending order.</summary>
    private static List<List<DicomFrame>> Group(IReadOnlyList<DicomFrame> frames, Vector3D normal, double tolerance)
    {
        var places = new List<List<DicomFrame>>();
        var last = double.NegativeInfinity;
        foreach (var frame in frames.OrderBy(f => Vector3D.Dot(PositionOf(f), normal)))
        {
            var at = Vector3D.Dot(PositionOf(frame), normal);
            if (at - last > tolerance)
            {
                places.Add([]);
                last = at;
            }

            places[^1].Add(frame);
        }

        return places;
    }

    private static Vector3D RequireEvenSteps(List<List<DicomFrame>> places, Vector3D normal, double pixel, string name)
    {
        var at = places.Select(p => Vector3D.Dot(PositionOf(p), normal)).ToArray();
        var gaps = at.Skip(1).Zip(at, (next, previous) => next - previous).ToArray();
        var typical = gaps.Order().ElementAt(gaps.Length / 2);
        var mean = (at[^1] - at[0]) / gaps.Length;
        var tolerance = Math.Min(LargestStepTolerance * mean, Math.Max(StepTolerance * mean, RoundingTolerance));
        var uneven = Enumerable.Range(0, at.Length).Any(i => Math.Abs(at[i] - at[0] - (mean * i)) > tolerance)
            || gaps.Any(g => Math.Abs(g - mean) > tolerance);
        if (uneven)
        {
            var missing = gaps.Sum(g => Math.Max(0, Math.Round(g / gaps.Min()) - 1));
            var isWhole = gaps.All(g =>
                Math.Abs((g / gaps.Min()) - Math.Round(g / gaps.Min())) < StepTolerance * Math.Round(g / gaps.Min()) + 1e-3
            );
            var worst = Array.FindIndex(gaps, g => Math.Abs(g - typical) == gaps.Max(x => Math.Abs(x - typical)));
            throw Fault(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{at.Length} slices lie {gaps.Min():0.####} to {gaps.Max():0.####} mm apart, {gaps[worst]:0.####} mm between "
                        + $"{at[worst]:0.###} and {at[worst + 1]:0.###} mm along the "
                        + $"normal{(isWhole ? $": {missing} slices are missing" : "")}. Slices must be evenly spaced within "
                        + $"{tolerance:0.####} mm. Copy the missing files from their origin, or put the files of an even part into a "
                        + $"folder of their own (an application can open them by their paths)"
                )
            );
        }

        var step = (PositionOf(places[^1]) - PositionOf(places[0])) * (1.0 / gaps.Length);
        var tilt = Angle(step, normal);
        var shift = places.SelectMany(p => p).Max(f =>
        {
            var away = PositionOf(f) - PositionOf(places[0]);
            return (away - (normal * Vector3D.Dot(away, normal))).Length;
        });
        return shift <= ShiftTolerance * pixel
            ? step
            : throw Fault(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"slices are shifted against each other by up to {shift:0.###} mm, a gantry tilt of {tilt:0.##} degrees where "
                        + $"even. A grid at right angles is needed. Correct the tilt first (dcm2niix does, by resampling)"
                )
            );
    }

    private static Vector3D PositionOf(DicomFrame frame) => frame.Plane.Position ?? default;

    private static Vector3D PositionOf(List<DicomFrame> place) => PositionOf(place[0]);

    private static double Angle(Vector3D a, Vector3D b)
        => Math.Acos(Math.Clamp(Vector3D.Dot(a, b) / (a.Length * b.Length), -1, 1)) * 180 / Math.PI;

    private static void RequireSame<T>(
        IReadOnlyList<DicomFrame> frames,
        Func<DicomFrame, T> of,
        Func<T, string> show,
        string what,
        string name
    )
        where T : notnull
    {
        var groups = frames.GroupBy(of).ToList();
        if (groups.Count > 1)
        {
            throw Fault(
                name,
                $"slices have different {what}: "
                    + $"{string.Join(", ", groups.Take(4).Select(g => $"{g.Count()} of {show(g.Key)} ({DicomChannels.Files(g)})"))}"
                    + $". {Remedy}"
            );
        }
    }

    private static VolumeFormatException Fault(string name, string message) => new(name, "DICOM", null, $"{message}.");
}
