using System.CommandLine;

namespace MedSeg.Commands;

/// <summary>Options that divide an evaluation into subgroups.</summary>
internal sealed class GroupOptions
{
    /// <summary>The column.</summary>
    public Option<string?> Column { get; } =
        new("--group") { Description = "Column of a table of cases, such as scanner: results by its values." };

    /// <summary>The table.</summary>
    public Option<string?> Table { get; } =
        new("--group-table")
        {
            Description = "The .csv or .tsv file with that column and a column 'case'; default: the data, where it is a table.",
        };

    /// <summary>Subgroups by case; null if none are asked for.</summary>
    /// <exception cref="ArgumentException">There is no table.</exception>
    public IReadOnlyDictionary<string, string>? Read(MLContext context, ParseResult arguments, string data)
    {
        if (arguments.GetValue(Column) is not { } column)
        {
            return arguments.GetValue(Table) is null
                ? null
                : throw new ArgumentException("--group-table needs --group, which names the column.");
        }

        var table = arguments.GetValue(Table) ?? data;
        return Path.GetExtension(table).ToLowerInvariant() is ".csv" or ".tsv"
            ? context.MedicalSegmentation().Data.ReadColumn(table, column)
            : throw new ArgumentException($"--group is '{column}', but '{table}' is no table. Name one by --group-table FILE.csv.");
    }
}
