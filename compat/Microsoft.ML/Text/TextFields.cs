// Stands in for internals of Microsoft.ML.Data: cuts a line into fields.
using System.Text;

namespace Microsoft.ML.Data;

internal sealed class TextFields(TextLoader.Options options)
{
    private readonly char[] _separators = options.Separators;
    private readonly bool _skipsSpaces = !options.Separators.Contains(' ');
    private readonly StringBuilder _quoted = new();

    public void Cut(string line, List<ReadOnlyMemory<char>> fields)
    {
        fields.Clear();
        var end = options.TrimWhitespace ? line.AsSpan().TrimEnd().Length : line.Length;
        var start = 0;
        do
        {
            while (_skipsSpaces && start < end && line[start] == ' ')
            {
                start++;
            }

            fields.Add(options.AllowQuoting && start < end && line[start] == '"'
                ? Quoted(line, end, ref start)
                : Plain(line, end, ref start));
        }
        while (start++ < end);
    }

    private ReadOnlyMemory<char> Plain(string line, int end, ref int position)
    {
        var start = position;
        var length = line.AsSpan(start, end - start).IndexOfAny(_separators);
        position = length < 0 ? end : start + length;
        return line.AsMemory(start, position - start);
    }

    // A field with a quote that does not end, or with text after its end, is empty, as in the real loader.
    private ReadOnlyMemory<char> Quoted(string line, int end, ref int position)
    {
        _quoted.Clear();
        var isClosed = false;
        for (position++; position < end && !isClosed; position++)
        {
            var isEscape = line[position] == options.EscapeChar && position + 1 < end && line[position + 1] == '"';
            if (isEscape)
            {
                position++;
            }

            isClosed = !isEscape && line[position] == '"';
            if (!isClosed)
            {
                _quoted.Append(line[position]);
            }
        }

        var rest = Plain(line, end, ref position);
        return isClosed && rest.Span.Trim(' ').IsEmpty ? _quoted.ToString().AsMemory() : default;
    }
}
