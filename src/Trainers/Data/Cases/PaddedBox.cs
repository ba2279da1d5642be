using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Cases;

/// <summary>A box of voxels that may reach beyond its volume; what lies outside reads as 0 in images and as background in labels.</summary>
/// <param name="Z">First slice, which may be negative.</param>
/// <param name="Y">First row.</param>
/// <param name="X">First column.</param>
/// <param name="Depth">Slices.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
internal readonly record struct PaddedBox(int Z, int Y, int X, int Depth, int Height, int Width)
{
    /// <summary>Voxels of one channel.</summary>
    public int Count => Depth * Height * Width;

    /// <summary>Reads all channels into [C, Depth, Height, Width].</summary>
    public void CopyImage(Volume image, Span<float> destination)
    {
        var shape = image.Shape;
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var plane = destination.Slice(channel * Count, Count);
            foreach (var row in Rows(shape))
            {
                var target = plane.Slice(row.Target, Width);
                target[..row.Before].Clear();
                if (row.Length > 0)
                {
                    image.CopyValues((channel * shape.ChannelCount) + row.Source, target.Slice(row.Before, row.Length));
                }

                target[(row.Before + row.Length)..].Clear();
            }
        }
    }

    /// <summary>Reads class indices into [Depth, Height, Width]; background everywhere where there are no labels.</summary>
    /// <typeparam name="T">int or long.</typeparam>
    public void CopyLabels<T>(LabelVolume? labels, ClassMap classes, Span<T> destination)
        where T : struct, INumberBase<T>
    {
        if (labels is null)
        {
            destination[..Count].Clear();
            return;
        }

        var values = new int[Width];
        foreach (var row in Rows(labels.Shape))
        {
            var target = destination.Slice(row.Target, Width);
            target.Clear();
            if (row.Length > 0)
            {
                labels.CopyLabels(row.Source, values.AsSpan(0, row.Length));
                classes.Map(values.AsSpan(0, row.Length), target.Slice(row.Before, row.Length));
            }
        }
    }

    private RowEnumerator Rows(VolumeShape shape) => new(this, shape);

    /// <summary>The part of one row of the box that lies in the volume.</summary>
    /// <param name="Target">Offset of the row in the box.</param>
    /// <param name="Source">Offset of the row's first voxel in a channel of the volume.</param>
    /// <param name="Before">Columns before the volume begins.</param>
    /// <param name="Length">Columns in the volume; 0 if the row lies outside.</param>
    internal readonly record struct Row(int Target, long Source, int Before, int Length);

    /// <summary>Walks the rows of a box without allocating.</summary>
    internal struct RowEnumerator(PaddedBox box, VolumeShape shape)
    {
        private int _row = -1;

        public readonly Row Current
        {
            get
            {
                var z = box.Z + (_row / box.Height);
                var y = box.Y + (_row % box.Height);
                var first = Math.Max(0, box.X);
                var length = Math.Min(shape.Width, box.X + box.Width) - first;
                if ((uint)z >= (uint)shape.Depth || (uint)y >= (uint)shape.Height || length <= 0)
                {
                    return new Row(_row * box.Width, 0, 0, 0);
                }

                return new Row(_row * box.Width, ((((long)z * shape.Height) + y) * shape.Width) + first, first - box.X, length);
            }
        }

        public readonly RowEnumerator GetEnumerator() => this;

        public bool MoveNext() => ++_row < box.Depth * box.Height;
    }
}
