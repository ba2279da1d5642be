// Stands in for Microsoft.ML.DataView: the 128-bit identity of a row, independent of its position.
using System.Numerics;

namespace Microsoft.ML.Data;

public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    public readonly ulong Low;

    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public int CompareTo(DataViewRowId other)
    {
        var high = High.CompareTo(other.High);
        return high != 0 ? high : Low.CompareTo(other.Low);
    }

    /// <summary>An identity for the first of the rows that are made of this one.</summary>
    public DataViewRowId Fork() => Mix(0x9E3779B97F4A7C15UL);

    /// <summary>An identity for the next of the rows that are made of the same one.</summary>
    public DataViewRowId Next() => Mix(0xC2B2AE3D27D4EB4FUL);

    public DataViewRowId Combine(DataViewRowId other)
    {
        var mixed = Mix(other.Low ^ BitOperations.RotateLeft(other.High, 31));
        return new DataViewRowId(mixed.Low, mixed.High ^ other.High);
    }

    public override string ToString() => $"{High:x16}{Low:x16}";

    // The finaliser of splitmix64 on each half, fed with the other: every input bit reaches every output bit.
    internal DataViewRowId Mix(ulong salt)
    {
        var low = Finalise(Low + salt + BitOperations.RotateLeft(High, 17));
        var high = Finalise(High ^ low ^ BitOperations.RotateLeft(salt, 29));
        return new DataViewRowId(low ^ BitOperations.RotateLeft(high, 41), high);
    }

    private static ulong Finalise(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
