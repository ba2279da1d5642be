namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Gathers what is wrong with options, so that one error tells all of it.</summary>
internal sealed class OptionFaults
{
    private readonly List<string> _faults = [];

    /// <summary>What was noted.</summary>
    public IReadOnlyList<string> All => _faults;

    /// <summary>Notes a fault where <paramref name="broken"/> is true.</summary>
    /// <param name="broken">Whether the rule is broken.</param>
    /// <param name="fault">A sentence: the option and its value, what is required, what to do.</param>
    public void Add(bool broken, string fault)
    {
        if (broken)
        {
            _faults.Add(fault);
        }
    }

    /// <summary>Fails where any fault was noted.</summary>
    /// <param name="subject">What the options are for, such as "NormalizeIntensity".</param>
    /// <exception cref="ArgumentException">There are faults; the message lists every one.</exception>
    public void ThrowIfAny(string subject)
    {
        if (_faults.Count > 0)
        {
            throw new ArgumentException($"The options of {subject} cannot be used. {string.Join(" ", _faults)}");
        }
    }
}
