namespace Microsoft.ML.MedicalSegmentation.Weights.Tensors;

/// <summary>How the numbers of a <see cref="WeightTensor"/> are stored.</summary>
public enum WeightType
{
    /// <summary>8 bytes, IEEE 754 double precision.</summary>
    Float64,

    /// <summary>4 bytes, IEEE 754 single precision.</summary>
    Float32,

    /// <summary>2 bytes, IEEE 754 half precision.</summary>
    Float16,

    /// <summary>2 bytes, the upper half of a single-precision number.</summary>
    BFloat16,

    /// <summary>8 bytes, signed.</summary>
    Int64,

    /// <summary>4 bytes, signed.</summary>
    Int32,

    /// <summary>2 bytes, signed.</summary>
    Int16,

    /// <summary>1 byte, signed.</summary>
    Int8,

    /// <summary>1 byte, unsigned.</summary>
    UInt8,

    /// <summary>1 byte, 0 or 1.</summary>
    Boolean,
}

internal static class WeightTypes
{
    /// <summary>Bytes of one number.</summary>
    public static int SizeOf(WeightType type) => type switch
    {
        WeightType.Float64 or WeightType.Int64 => 8,
        WeightType.Float32 or WeightType.Int32 => 4,
        WeightType.Float16 or WeightType.BFloat16 or WeightType.Int16 => 2,
        _ => 1,
    };

    /// <summary>Whether the numbers are real, not whole.</summary>
    public static bool IsFloat(WeightType type) => type <= WeightType.BFloat16;
}
