using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The functions of loaded models: decoded once, forgotten with the model.</summary>
internal static class SavedFunctions
{
    // A loaded model hands the same string object to every row; as long as it lives, so does its function.
    private static readonly ConditionalWeakTable<string, Lazy<RowFunction>> Decoded = [];

    /// <summary>The function that a state describes.</summary>
    /// <exception cref="InvalidDataException">The state is damaged or was made for another contract.</exception>
    public static TFunction Get<TFunction>(ReadOnlyMemory<char> state, string contract, Func<SavedState, TFunction> restore)
        where TFunction : RowFunction
    {
        if (!MemoryMarshal.TryGetString(state, out var text, out var start, out var length) || start != 0 || length != text.Length)
        {
            return Restore(state.Span, contract, restore);
        }

        var function = Decoded.GetValue(text, key => new(() => Restore(key, contract, restore)));
        return (TFunction)function.Value;
    }

    private static TFunction Restore<TFunction>(ReadOnlySpan<char> text, string contract, Func<SavedState, TFunction> restore)
    {
        var state = SavedState.FromText(text, contract);
        try
        {
            return restore(state);
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException(
                $"The model's state for {contract} has values that are not allowed: {fault.Message} The model was written by other software or a later version; write it again with this one.", fault);
        }
    }
}
