using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>The functions of loaded models: decoded once, forgotten with the model.</summary>
internal static class SavedFunctions
{
    // A loaded model hands the same string object to every row; as long as it lives, so does its function.
    private static readonly ConditionalWeakTable<string, Slot> Decoded = [];

    /// <summary>The function that a state describes.</summary>
    /// <param name="state">The state.</param>
    /// <param name="blobs">Its bulk data; empty if it has none.</param>
    /// <param name="contract">The contract that the state must be for.</param>
    /// <param name="restore">Makes the function. What fails is tried again with the next row.</param>
    /// <exception cref="InputDataException">The state is damaged or was made for another contract.</exception>
    public static TFunction Get<TFunction>(
        ReadOnlyMemory<char> state,
        ReadOnlyMemory<char> blobs,
        string contract,
        Func<SavedState, TFunction> restore
    )
        where TFunction : RowFunction
    {
        if (!MemoryMarshal.TryGetString(state, out var text, out var start, out var length) || start != 0 || length != text.Length)
        {
            return Restore(SavedState.FromText(state.Span, blobs.Span, contract), contract, restore);
        }

        var slot = Decoded.GetValue(text, _ => new());
        lock (slot)
        {
            slot.Function ??= Restore(SavedState.FromText(text, blobs.Span, contract), contract, restore);
            return (TFunction)slot.Function;
        }
    }

    /// <summary>Makes a function, and blames the model for values that are not allowed.</summary>
    public static TFunction Restore<TFunction>(SavedState state, string contract, Func<SavedState, TFunction> restore)
    {
        try
        {
            return restore(state);
        }
        catch (ArgumentException fault)
        {
            throw new InputDataException(
                $"The model's state for {contract} has values that are not allowed: {fault.Message} The model was written by other "
                    + "software or a later version; write it again with this one.",
                fault
            );
        }
    }

    private sealed class Slot
    {
        public RowFunction? Function { get; set; }
    }
}
