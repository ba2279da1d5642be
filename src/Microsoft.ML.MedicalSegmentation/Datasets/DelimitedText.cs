using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>
/// Splits text into rows and fields as RFC 4180 says: a field in double quotes may hold delimiters, line ends and doubled quotes.
/// </summary>
internal static class DelimitedText
{
    /// <summary>Rows with the number of the line on which each starts, from 1; empty lines are left out.</summary>
    /// <exception cref="InputDataException">A quoted field does not end.</exception>
    public static List<(int Line, string[] Fields)> Parse(string text, char delimiter)
    {
        var rows = new List<(int Line, string[] Fields)>();
        var fields = new List<string>();
        var field = new StringBuilder();
        var (line, rowLine, quoted, wasQuoted) = (1, 1, false, false);
        for (var i = 0; i <= text.Length; i++)
        {
            var character = i < text.Length ? text[i] : '\n';
            line += i < text.Length && character == '\n' ? 1 : 0;
            if (quoted)
            {
                if (i == text.Length)
                {
                    throw new InputDataException(
                        $"The quoted field of the row that starts on line {rowLine} does not end. Add the closing quote."
                    );
                }

                if (character != '"')
                {
                    field.Append(character);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (character == '"' && field.Length == 0 && !wasQuoted)
            {
                (quoted, wasQuoted) = (true, true);
            }
            else if (character == delimiter || character == '\n')
            {
                fields.Add(wasQuoted ? field.ToString() : field.ToString().Trim());
                field.Clear();
                wasQuoted = false;
                if (character == '\n')
                {
                    if (fields is not [""])
                    {
                        rows.Add((rowLine, [.. fields]));
                    }

                    fields.Clear();
                    rowLine = line;
                }
            }
            else if (character != '\r')
            {
                field.Append(character);
            }
        }

        return rows;
    }
}
