namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Options of a function as they are saved with it: immutable, and told apart from what cannot be followed.</summary>
internal interface ICheckedSettings
{
    /// <summary>Fails for settings that cannot be followed; the message lists all faults.</summary>
    /// <exception cref="ArgumentException">There are such faults.</exception>
    void Validate();
}

/// <summary>Checks settings where they are taken over.</summary>
internal static class CheckedSettings
{
    /// <summary>The settings themselves, checked.</summary>
    public static TSettings Validated<TSettings>(this TSettings settings)
        where TSettings : ICheckedSettings
    {
        settings.Validate();
        return settings;
    }
}

/// <summary>A function that its settings describe in full: they are checked when it is made, and are all that is saved.</summary>
/// <param name="settings">How the function works.</param>
/// <param name="contract">The contract under which the function is saved.</param>
internal abstract class SettingsFunction<TInput, TOutput, TSettings>(TSettings settings, RowContract<TInput, TOutput> contract)
    : RowFunction<TInput, TOutput>(contract)
    where TInput : InputRow, new()
    where TOutput : OutputRow, new()
    where TSettings : ICheckedSettings
{
    /// <summary>How the function works.</summary>
    protected TSettings Settings { get; } = settings.Validated();

    public sealed override SavedState ToState() => SavedState.Of(Settings);
}
