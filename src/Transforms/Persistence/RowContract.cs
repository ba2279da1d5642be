using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The name under which a function is saved, and the way back from its saved state.</summary>
/// <remarks>
/// Derived classes carry <c>[CustomMappingFactoryAttribute(ContractName)]</c> with a constant that ends in the version of
/// the saved state, and live in this assembly, which model zips name. A published contract stays: a change that old zips
/// cannot follow gets a new class with the next version.
/// </remarks>
/// <param name="name">The attribute's constant.</param>
/// <param name="restore">Makes the function, as <see cref="Restore"/> says.</param>
internal abstract class RowContract<TInput, TOutput>(string name, Func<SavedState, RowFunction<TInput, TOutput>> restore)
    : CustomMappingFactory<TInput, TOutput>
    where TInput : InputRow, new()
    where TOutput : OutputRow, new()
{
    /// <summary>The attribute's constant.</summary>
    public string Name => name;

    public sealed override Action<TInput, TOutput> GetMapping() => Map;

    /// <summary>Makes the function from its state, which has passed its digest; anything else is still to be checked.</summary>
    public RowFunction<TInput, TOutput> Restore(SavedState state) => restore(state);

    private void Map(TInput input, TOutput output)
        => SavedFunctions.Get(input.State, name, Restore).Apply(input, output);
}
