using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The name under which a function is saved, and the way back from its saved state.</summary>
/// <remarks>
/// Derived classes carry <c>[CustomMappingFactoryAttribute(ContractName)]</c> with a constant that ends in the version of
/// the saved state, and live in this assembly, which model zips name. A published contract stays: a change that old zips
/// cannot follow gets a new class with the next version.
/// </remarks>
internal abstract class RowContract<TInput, TOutput> : CustomMappingFactory<TInput, TOutput>
    where TInput : InputRow, new()
    where TOutput : OutputRow, new()
{
    /// <summary>The attribute's constant.</summary>
    public abstract string Name { get; }

    public sealed override Action<TInput, TOutput> GetMapping() => Map;

    /// <summary>Makes the function from its state, which has passed its digest; anything else is still to be checked.</summary>
    public abstract RowFunction<TInput, TOutput> Restore(SavedState state);

    private void Map(TInput input, TOutput output)
        => SavedFunctions.Get(input.State, Name, Restore).Apply(input, output);
}
