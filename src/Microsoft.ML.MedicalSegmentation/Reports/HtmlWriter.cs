using System.Globalization;
using System.Net;

namespace Microsoft.ML.MedicalSegmentation.Reports;

/// <summary>Writes HTML; every text is encoded unless it is markup of this library.</summary>
internal sealed class HtmlWriter(TextWriter writer)
{
    /// <summary>Text for use in markup.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A number with a fixed count of decimals; a dash for NaN.</summary>
    public static string Number(double value, int decimals = 3)
        => double.IsNaN(value) ? "–" : value.ToString($"F{decimals}", CultureInfo.InvariantCulture);

    /// <summary>Writes markup of this library as it is.</summary>
    public void Markup(string markup) => writer.WriteLine(markup);

    /// <summary>Writes markup of this library without a line break after it.</summary>
    public void Raw(ReadOnlySpan<char> markup) => writer.Write(markup);

    /// <summary>Begins a section with a heading.</summary>
    public void Begin(string id, string heading) => Markup($"<section id=\"{id}\"><h2>{Encode(heading)}</h2>");

    /// <summary>Ends a section.</summary>
    public void End() => Markup("</section>");

    /// <summary>Writes a paragraph of text.</summary>
    public void Paragraph(string text) => Markup($"<p>{Encode(text)}</p>");

    /// <summary>Writes a table; cells are texts, numbers among them are set to the right by the style of their column.</summary>
    /// <param name="head">Names of the columns.</param>
    /// <param name="rows">Cells of each row.</param>
    /// <param name="texts">How many columns at the start hold text rather than numbers.</param>
    public void Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows, int texts = 1)
    {
        string Cell(string tag, string text, int column) => $"<{tag}{(column >= texts ? " class=\"n\"" : "")}>{Encode(text)}</{tag}>";
        Markup("<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>");
        Markup(string.Concat(head.Select((text, i) => Cell("th", text, i))));
        Markup("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            Markup($"<tr>{string.Concat(row.Select((text, i) => Cell("td", text, i)))}</tr>");
        }

        Markup("</tbody></table></div>");
    }
}
