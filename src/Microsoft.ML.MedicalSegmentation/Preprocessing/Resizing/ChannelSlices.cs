namespace Microsoft.ML.MedicalSegmentation.Preprocessing.Resizing;

/// <summary>The slices of one channel of an image, [y, x] each, made when they are asked for; safe for several threads.</summary>
internal abstract class ChannelSlices
{
    /// <summary>A slice.</summary>
    /// <param name="z">Its number.</param>
    /// <param name="buffer">Working memory of one slice, in which the result may lie.</param>
    public abstract ReadOnlySpan<float> Read(int z, Span<float> buffer);
}

/// <summary>Slices of an array [z, y, x].</summary>
/// <param name="values">The array.</param>
/// <param name="shape">Its size; channels are ignored.</param>
internal sealed class ArraySlices(ReadOnlyMemory<float> values, VolumeShape shape) : ChannelSlices
{
    public override ReadOnlySpan<float> Read(int z, Span<float> buffer) =>
        values.Span.Slice(z * shape.Height * shape.Width, shape.Height * shape.Width);
}
