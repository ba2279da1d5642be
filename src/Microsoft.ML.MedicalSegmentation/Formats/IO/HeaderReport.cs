namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>Collects all faults and oddities of one header, so that one pass reports all of them.</summary>
/// <param name="source">The file, as the caller gave it.</param>
/// <param name="format">The format, such as "NIfTI-1".</param>
internal sealed class HeaderReport(string source, string format)
{
    private readonly List<HeaderFault> _faults = [];
    private readonly List<string> _notes = [];

    /// <summary>What was odd but could be settled, a sentence each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>True if a rule is broken.</summary>
    public bool HasFaults => _faults.Count > 0;

    /// <summary>Records a broken rule.</summary>
    public void Fault(string field, object value, string rule) =>
        _faults.Add(new(field, Shorten(FormattableString.Invariant($"{value}")), rule));

    /// <summary>Records a broken rule unless <paramref name="holds"/>.</summary>
    public void Require(bool holds, string field, object value, string rule)
    {
        if (!holds)
        {
            Fault(field, value, rule);
        }
    }

    /// <summary>Records what was odd and how it was settled.</summary>
    public void Note(string sentence) => _notes.Add(sentence);

    /// <summary>Hands all faults and notes on to another report.</summary>
    public void CopyTo(HeaderReport other)
    {
        other._faults.AddRange(_faults);
        other._notes.AddRange(_notes);
    }

    /// <summary>Hands faults that do not matter on to another report as notes.</summary>
    /// <param name="other">Receives a note for each fault.</param>
    /// <param name="settled">How they were settled; ends each note.</param>
    public void NoteFaults(HeaderReport other, string settled)
    {
        foreach (var fault in _faults)
        {
            other.Note($"{fault}; {settled}");
        }
    }

    /// <summary>Fails with all faults together.</summary>
    /// <exception cref="VolumeFormatException">There is a fault.</exception>
    public void ThrowIfFaulty()
    {
        if (HasFaults)
        {
            throw new VolumeFormatException(source, format, _faults);
        }
    }

    /// <summary>Text from a hostile file does not belong in a log at full length, nor with control characters.</summary>
    private static string Shorten(string value)
    {
        var shown = value.Length <= 60 ? value : value[..60] + "...";
        return string.Create(shown.Length, shown, static (clean, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                clean[i] = char.IsControl(text[i]) ? '?' : text[i];
            }
        });
    }
}
