using System.Globalization;
using System.Text;
using MedSeg.Jobs;

namespace MedSeg.Classification;

/// <summary>Scores as CSV: path, predicted class, and a column of probabilities for each class.</summary>
internal static class ScoreTable
{
    public static string ToCsv(IReadOnlyList<string> classes, IEnumerable<ScoredImage> images)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', ["path", "predicted", .. classes.Select(CsvText.Quoted)]).Append('\n');
        foreach (var image in images)
        {
            text.AppendJoin(
                    ',',
                    [
                        CsvText.Quoted(image.Path),
                        CsvText.Quoted(image.Predicted),
                        .. image.Probabilities.Select(probability => probability.ToString("R", CultureInfo.InvariantCulture)),
                    ]
                )
                .Append('\n');
        }

        return text.ToString();
    }
}
