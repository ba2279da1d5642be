using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>The name under which a function is saved, and the way back from its saved state.</summary>
internal interface IRowContract
{
    /// <summary>The attribute's constant.</summary>
    string Name { get; }

    /// <summary>Makes the function from its state, which has passed its digest.</summary>
    /// <exception cref="InputDataException">The state has values that are not allowed.</exception>
    RowFunction Restore(SavedState state);
}

/// <summary>A contract with the classes of rows that its function reads and gives.</summary>
/// <remarks>
/// Derived classes carry <c>[CustomMappingFactoryAttribute(ContractName)]</c> with a constant that ends in the version of
/// the saved state, live in this assembly, which model zips name, and have a line in RowContracts. A published contract
/// stays: a change that old zips cannot follow gets a new class with the next version.
/// </remarks>
/// <param name="name">The attribute's constant.</param>
/// <param name="restore">Makes the function, as <see cref="Restore"/> says.</param>
internal abstract class RowContract<TInput, TOutput>(string name, Func<SavedState, RowFunction<TInput, TOutput>> restore)
    : CustomMappingFactory<TInput, TOutput>, IRowContract
    where TInput : InputRow, new()
    where TOutput : OutputRow, new()
{
    /// <inheritdoc/>
    public string Name => name;

    public sealed override Action<TInput, TOutput> GetMapping() => Map;

    /// <inheritdoc/>
    public RowFunction Restore(SavedState state) => SavedFunctions.Restore(state, name, restore);

    private void Map(TInput input, TOutput output)
        => SavedFunctions.Get(input.State, input.BlobsOf(), name, restore).Apply(input, output);
}
