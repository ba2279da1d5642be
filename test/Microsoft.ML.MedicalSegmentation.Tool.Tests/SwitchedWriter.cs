using System.Text;

namespace MedSeg;

/// <summary>Writes to another writer, which can be exchanged; from any thread.</summary>
internal sealed class SwitchedWriter(TextWriter target) : TextWriter
{
    private readonly Lock _gate = new();
    private TextWriter _target = target;

    public override Encoding Encoding => _target.Encoding;

    /// <summary>Writes to another writer from now on.</summary>
    /// <returns>The one before.</returns>
    public TextWriter SwitchTo(TextWriter other)
    {
        lock (_gate)
        {
            (var before, _target) = (_target, other);
            return before;
        }
    }

    public override void Write(char value)
    {
        lock (_gate)
        {
            _target.Write(value);
        }
    }

    public override void Write(string? value)
    {
        lock (_gate)
        {
            _target.Write(value);
        }
    }

    public override void WriteLine(string? value)
    {
        lock (_gate)
        {
            _target.WriteLine(value);
        }
    }

    public override void Write(char[] buffer, int index, int count)
    {
        lock (_gate)
        {
            _target.Write(buffer, index, count);
        }
    }

    public override void Flush()
    {
        lock (_gate)
        {
            _target.Flush();
        }
    }
}
