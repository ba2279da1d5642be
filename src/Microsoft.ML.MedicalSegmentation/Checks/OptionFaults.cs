using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Checks;

/// <summary>Gathers what is wrong with options, so that one error reports all of it.</summary>
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

    /// <summary>Notes faults that were found elsewhere.</summary>
    public void AddAll(IEnumerable<string> faults) => _faults.AddRange(faults);

    /// <summary>Notes a fault unless a rule holds.</summary>
    /// <param name="holds">Whether the rule holds.</param>
    /// <param name="name">The option, such as "Optimization.LearningRate".</param>
    /// <param name="value">Its value.</param>
    /// <param name="rule">What it must be, such as "above 0".</param>
    public void Require(bool holds, string name, object? value, string rule)
        => Add(!holds, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {rule}."));

    /// <summary>Notes a fault for a number that is too small.</summary>
    public void AtLeast(string name, long value, long least) => Require(value >= least, name, value, $"at least {least}");

    /// <summary>Notes a fault for a file to write that has no name or is a folder.</summary>
    public void AddFile(string name, string? path)
        => Add(
            path is not null && (string.IsNullOrWhiteSpace(path) || Directory.Exists(path)),
            $"{name} is '{path}', which is {(string.IsNullOrWhiteSpace(path) ? "empty" : "a folder")}; name a file, or leave it out.");

    /// <summary>Notes a fault for a column without a name.</summary>
    /// <param name="name">The option, such as "LabelColumnName".</param>
    /// <param name="column">The name that was given.</param>
    /// <param name="isOptional">Whether null is no fault.</param>
    public void AddColumn(string name, string? column, bool isOptional = false)
        => Require(
            (isOptional && column is null) || !string.IsNullOrWhiteSpace(column),
            name,
            $"'{column}'",
            isOptional ? "the name of a column, or left out" : "the name of a column"
        );

    /// <summary>Fails if any fault was noted, with a line for each of them.</summary>
    /// <param name="subject">What the options are, such as "the trainer's options".</param>
    /// <exception cref="ArgumentException">There are faults; the message lists every one.</exception>
    public void ThrowLinesIfAny(string subject)
    {
        if (_faults.Count > 0)
        {
            var lines = string.Concat(_faults.Select(fault => $"{Environment.NewLine}- {fault}"));
            throw new ArgumentException($"{_faults.Count} of {subject} cannot be used:{lines}");
        }
    }

    /// <summary>Fails if any fault was noted.</summary>
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
