using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

/// <summary>Finds the surface elements of a label: the corners at which voxels with the label meet voxels without it.</summary>
/// <remarks>
/// A corner's code has one bit for each of the 8 voxels around it, by <see cref="SurfaceElementAreas.Bit"/>; codes of no voxel and of all
/// voxels are not marked. Outside the volume nothing has the label. In a volume of one slice, corners have 4 voxels.
/// </remarks>
internal static class SurfaceCorners
{
    /// <summary>Marks the corners of a box, one more along each axis than the box has voxels.</summary>
    /// <param name="volume">The labels.</param>
    /// <param name="label">The label.</param>
    /// <param name="box">Holds every voxel of the label.</param>
    /// <param name="marks">Receives the codes.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    public static void Mark(LabelVolume volume, int label, VolumeRegion box, SurfaceMarks marks, ParallelOptions parallelism)
    {
        var slices = volume.Shape.IsImage ? 1 : box.Depth + 1;
        marks.Start((slices, box.Height + 1, box.Width + 1));
        Parallel.For(0, slices, parallelism, slice =>
        {
            if (volume.Voxels is Volume<byte> narrow)
            {
                MarkSlice(narrow.Voxels, volume.Shape, label <= byte.MaxValue ? (byte)label : null, box, slice, marks);
            }
            else
            {
                MarkSlice(MemoryMarshal.Cast<byte, ushort>(volume.Voxels.Bytes), volume.Shape, (ushort?)label, box, slice, marks);
            }
        });
        marks.Finish();
    }

    private static void MarkSlice<T>(ReadOnlySpan<T> voxels, VolumeShape shape, T? wanted, VolumeRegion box, int slice, SurfaceMarks marks)
        where T : unmanaged, INumber<T>
    {
        for (var line = 0; line <= box.Height; line++)
        {
            var row = (slice * (box.Height + 1)) + line;
            var codes = marks.Row(row);
            codes.Clear();
            if (wanted is { } label)
            {
                // The rows of voxels before and after the corner: in an image, its one slice lies after.
                for (var z = shape.IsImage ? 1 : 0; z < 2; z++)
                {
                    for (var y = 0; y < 2; y++)
                    {
                        var (atZ, atY) = (slice + z - 1, line + y - 1);
                        if (atZ >= 0 && atZ < box.Depth && atY >= 0 && atY < box.Height)
                        {
                            var start = ((((box.Z + atZ) * shape.Height) + box.Y + atY) * shape.Width) + box.X;
                            Add(voxels.Slice(start, box.Width), label, z, y, codes);
                        }
                    }
                }

                var all = shape.IsImage ? SurfaceElementAreas.AllOfImage : byte.MaxValue;
                codes.Replace(all, (byte)0);
            }

            marks.CountRow(row);
        }
    }

    // A voxel is after the corner at its own place, and before the next.
    private static void Add<T>(ReadOnlySpan<T> row, T label, int z, int y, Span<byte> codes)
        where T : unmanaged, INumber<T>
    {
        var (before, after) = ((byte)(1 << SurfaceElementAreas.Bit(z, y, 0)), (byte)(1 << SurfaceElementAreas.Bit(z, y, 1)));
        for (var x = row.IndexOf(label); x >= 0 && x < row.Length; x++)
        {
            if (row[x] == label)
            {
                codes[x] |= after;
                codes[x + 1] |= before;
            }
        }
    }
}
