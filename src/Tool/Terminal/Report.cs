using System.Text.Json;
using Spectre.Console;

namespace MedSeg.Terminal;

/// <summary>Where the tool's words go: results to standard output, everything else to standard error.</summary>
internal static class Report
{
    private static readonly IAnsiConsole Errors = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Console.Error),
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
    });

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>True if a person looks at standard error: bars and colours are worth showing.</summary>
    public static bool IsInteractive => !Console.IsErrorRedirected && Errors.Profile.Capabilities.Interactive;

    /// <summary>The console on standard error, for bars.</summary>
    public static IAnsiConsole Progress => Errors;

    /// <summary>One step of what is going on.</summary>
    public static void Step(string text) => Console.Error.WriteLine(text);

    /// <summary>What went wrong and what to do.</summary>
    public static void Problem(string text)
    {
        Errors.Markup("[red]medseg:[/] ");

        // Not through the console library, which would break the line at its idea of the terminal's width.
        Console.Error.WriteLine(CommandLineTerms.In(text));
    }

    /// <summary>A fault of this program, as it is: nothing in it is put into the command line's words.</summary>
    public static void Fault(string text)
    {
        Errors.Markup("[red]medseg:[/] ");
        Console.Error.WriteLine(text);
    }

    /// <summary>What went on, but may not be what was meant.</summary>
    public static void Warning(string text)
    {
        Errors.Markup("[yellow]warning:[/] ");
        Console.Error.WriteLine(CommandLineTerms.In(text));
    }

    /// <summary>A line of the result.</summary>
    public static void Line(string text = "") => Console.Out.WriteLine(text);

    /// <summary>A table of the result: drawn on a terminal, tab-separated columns when piped.</summary>
    /// <param name="headers">Names of the columns.</param>
    /// <param name="rows">The cells.</param>
    /// <param name="sections">What a terminal shows instead of a table that is too wide for it; null for the table.</param>
    public static void Table(
        IReadOnlyList<string> headers,
        IEnumerable<IReadOnlyList<string>> rows,
        IReadOnlyList<Section>? sections = null
    )
    {
        if (!Console.IsOutputRedirected)
        {
            Draw(AnsiConsole.Console, sections ?? [new(null, headers, [.. rows])]);
            return;
        }

        Line(string.Join('\t', headers));
        foreach (var row in rows)
        {
            Line(string.Join('\t', row));
        }
    }

    /// <summary>Draws tables on a console.</summary>
    public static void Draw(IAnsiConsole console, IReadOnlyList<Section> sections)
    {
        foreach (var section in sections)
        {
            if (section.Heading is { } heading)
            {
                console.WriteLine(heading);
            }

            var table = new Table().Border(TableBorder.Rounded);
            foreach (var header in section.Headers)
            {
                table.AddColumn(new TableColumn(new Text(header)));
            }

            foreach (var row in section.Rows)
            {
                table.AddRow(row.Select(cell => new Text(cell)));
            }

            console.Write(table);
        }
    }

    /// <summary>The result as JSON, for programs.</summary>
    public static void Json<T>(T value) => Line(ToJson(value));

    /// <summary>JSON as the tool writes it, to standard output and to files: indented, camelCase, NaN as "NaN".</summary>
    public static string ToJson<T>(T value) => JsonSerializer.Serialize(value, Indented);
}

/// <summary>A table with a heading.</summary>
/// <param name="Heading">Stands above it; null for none.</param>
/// <param name="Headers">Names of the columns.</param>
/// <param name="Rows">The cells.</param>
internal sealed record Section(string? Heading, IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows);
