namespace Microsoft.ML.MedicalSegmentation.Preprocessing;

/// <summary>The mask of an image: what is not 0 in some channel, and what that encloses.</summary>
internal static class HoleFilling
{
    private const byte Unknown = 0;
    private const byte Outside = 1;
    private const byte Inside = 2;

    /// <summary>
    /// True for voxels that are not 0 in some channel or cannot be reached from the border through faces of voxels that are.
    /// </summary>
    /// <param name="values">[channel, depth, height, width].</param>
    /// <param name="shape">Its size.</param>
    /// <returns>[depth, height, width].</returns>
    public static bool[] NonzeroMask(ReadOnlySpan<float> values, VolumeShape shape)
    {
        var count = (int)shape.ChannelCount;
        var state = new byte[count];
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var channelValues = values.Slice(channel * count, count);
            for (var i = 0; i < count; i++)
            {
                if (channelValues[i] != 0)
                {
                    state[i] = Inside;
                }
            }
        }

        FloodFromBorder(state, shape);
        return Array.ConvertAll(state, voxel => voxel != Outside);
    }

    private static void FloodFromBorder(byte[] state, VolumeShape shape)
    {
        var pending = new Stack<int>();
        void Reach(int at)
        {
            if (state[at] == Unknown)
            {
                state[at] = Outside;
                pending.Push(at);
            }
        }

        var (width, plane) = (shape.Width, shape.Height * shape.Width);
        for (var z = 0; z < shape.Depth; z++)
        {
            for (var y = 0; y < shape.Height; y++)
            {
                var isBorderRow = z == 0 || z == shape.Depth - 1 || y == 0 || y == shape.Height - 1;
                for (var x = 0; x < width; x += isBorderRow || width == 1 ? 1 : width - 1)
                {
                    Reach((z * plane) + (y * width) + x);
                }
            }
        }

        while (pending.TryPop(out var at))
        {
            var (z, inPlane) = Math.DivRem(at, plane);
            var (y, x) = Math.DivRem(inPlane, width);
            if (x > 0)
            {
                Reach(at - 1);
            }

            if (x < width - 1)
            {
                Reach(at + 1);
            }

            if (y > 0)
            {
                Reach(at - width);
            }

            if (y < shape.Height - 1)
            {
                Reach(at + width);
            }

            if (z > 0)
            {
                Reach(at - plane);
            }

            if (z < shape.Depth - 1)
            {
                Reach(at + plane);
            }
        }
    }
}
