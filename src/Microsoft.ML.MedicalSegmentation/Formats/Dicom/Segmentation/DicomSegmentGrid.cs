using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Segmentation;

/// <summary>The regular grid on which the frames of a segmentation lie; places without a frame are empty.</summary>
/// <param name="Shape">One channel.</param>
/// <param name="Geometry">From voxel index to RAS+ mm.</param>
/// <param name="Depths">The slice of each frame, in the order of frames.</param>
internal sealed record DicomSegmentGrid(VolumeShape Shape, VolumeGeometry Geometry, int[] Depths)
{
    // Of a step: positions are decimals of limited length.
    private const double Tolerance = 0.05;

    // A damaged file must not make a volume of empty slices.
    private const int LargestSlicesPerFrame = 24;

    /// <summary>Finds the grid of frames.</summary>
    /// <param name="frames">In the file's order, at least one.</param>
    /// <param name="segments">The segment of each frame; all 0 in a label map.</param>
    /// <param name="name">The file, for errors.</param>
    /// <param name="notes">Receives what was odd but could be settled.</param>
    public static DicomSegmentGrid Find(IReadOnlyList<DicomFrame> frames, int[] segments, string name, ICollection<string> notes)
    {
        var plane = frames[0].Plane;
        var (width, height) = (frames[0].Tile.Width, frames[0].Tile.Height);
        if (frames.Any(f => f.Plane.Position is null))
        {
            notes.Add(
                "The file gives no position in the patient; the first voxel was put at the origin, and frames of a segment follow "
                    + "each other in the file's order."
            );
            var next = new Dictionary<int, int>();
            var depths = segments.Select(segment => next[segment] = next.GetValueOrDefault(segment, -1) + 1).ToArray();
            return new(
                new(1, depths.Max() + 1, height, width),
                DicomStack.ToRas(plane, default, plane.Normal * DicomStack.StatedStep(plane, notes)),
                depths
            );
        }

        if (
            frames.FirstOrDefault(f => (f.Plane.Row - plane.Row).Length > 1e-3 || (f.Plane.Column - plane.Column).Length > 1e-3) is not null
        )
        {
            throw Fault(name, "frames have different orientations; a volume needs one");
        }

        var at = frames.Select(f => Vector3D.Dot(f.Plane.Position ?? default, plane.Normal)).ToArray();
        var (lowest, highest) = (Array.IndexOf(at, at.Min()), Array.IndexOf(at, at.Max()));
        var step = Step(at, plane, notes);
        var slices = Math.Round((at[highest] - at[lowest]) / step);
        if (slices + 1 > ((long)LargestSlicesPerFrame * frames.Count) + LargestSlicesPerFrame)
        {
            throw Fault(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{frames.Count} frames span {at[highest] - at[lowest]:0.###} mm with a distance of {step:0.####} mm, so "
                        + $"{slices + 1} slices would be empty; positions or distances are wrong"
                )
            );
        }

        var places = at.Select(a => (a - at[lowest]) / step).ToArray();
        if (Array.FindIndex(places, p => Math.Abs(p - Math.Round(p)) > Tolerance) is >= 0 and var uneven)
        {
            throw Fault(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"frame {uneven + 1} lies {at[uneven] - at[lowest]:0.####} mm from the first slice, which is not a multiple of "
                        + $"the distance {step:0.####} mm; a volume needs evenly spaced slices"
                )
            );
        }

        var first = frames[lowest].Plane.Position ?? default;
        var across = slices == 0 ? plane.Normal * step : ((frames[highest].Plane.Position ?? default) - first) * (1 / slices);
        var shift = frames.Select((f, i) => ((f.Plane.Position ?? default) - first - (plane.Normal * (at[i] - at[lowest]))).Length).Max();
        if (shift > 0.1 * Math.Min(plane.SpacingX, plane.SpacingY))
        {
            throw Fault(
                name,
                FormattableString.Invariant(
                    $"frames are shifted against each other by up to {shift:0.###} mm; a volume needs slices in line"
                )
            );
        }

        return new(
            new(1, (int)slices + 1, height, width),
            DicomStack.ToRas(plane, first, across),
            [.. places.Select(p => (int)Math.Round(p))]
        );
    }

    /// <summary>The stated distance where all frames fit it, the smallest one between frames otherwise.</summary>
    private static double Step(double[] at, DicomPlane plane, ICollection<string> notes)
    {
        var sorted = at.Order().ToArray();
        var tolerance = 0.01 * Math.Min(plane.SpacingX, plane.SpacingY);
        var gaps = sorted.Skip(1).Zip(sorted, (next, previous) => next - previous).Where(g => g > tolerance).ToArray();
        if (
            plane.SpacingBetweenSlices is { } stated
            && gaps.All(g => Math.Abs((g / stated) - Math.Round(g / stated)) < Tolerance && g > stated / 2)
        )
        {
            return stated;
        }

        return gaps.Length > 0 ? gaps.Min() : DicomStack.StatedStep(plane, notes);
    }

    private static VolumeFormatException Fault(string name, string message) => new(name, "DICOM SEG", null, $"{message}.");
}
