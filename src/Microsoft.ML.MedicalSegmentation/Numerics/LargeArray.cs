namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>Arrays of volumes and weights: their content is undefined at first, and large ones have large pages.</summary>
internal static unsafe class LargeArray
{
    /// <summary>Takes an array.</summary>
    /// <typeparam name="T">Of the values.</typeparam>
    /// <param name="length">Number of values.</param>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public static T[] Allocate<T>(int length)
        where T : unmanaged
    {
        var array = GC.AllocateUninitializedArray<T>(length);
        fixed (T* first = array)
        {
            LargePages.Request((nuint)first, (nuint)length * (nuint)sizeof(T));
        }

        return array;
    }
}
