using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Rounds single-precision values to those that half precision holds.</summary>
internal static class HalfRounding
{
    private const int BlockLength = 1024;

    /// <summary>Rounds in place, halves to even.</summary>
    public static void Round(Span<float> values)
    {
        Span<Half> block = stackalloc Half[BlockLength];
        for (; values.Length > 0; values = values[Math.Min(BlockLength, values.Length)..])
        {
            var part = values[..Math.Min(BlockLength, values.Length)];
            TensorPrimitives.ConvertToHalf(part, block);
            TensorPrimitives.ConvertToSingle(block[..part.Length], part);
        }
    }
}
