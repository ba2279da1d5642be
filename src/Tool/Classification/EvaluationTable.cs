using System.Globalization;
using MedSeg.Terminal;

namespace MedSeg.Classification;

/// <summary>Prints how well a classifier does.</summary>
internal static class EvaluationTable
{
    public static void Print(ClassificationEvaluation evaluation, string name)
    {
        var (lower, upper) = evaluation.AucInterval;
        Report.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {evaluation.CaseCount} images, AUC {evaluation.Auc:0.0000} (95 % interval {lower:0.0000} to "
                    + $"{upper:0.0000}), accuracy {evaluation.Accuracy:0.0000}, balanced {evaluation.BalancedAccuracy:0.0000}, log loss "
                    + $"{evaluation.LogLoss:0.0000}."
            )
        );
        Report.Table(
            ["class", "images", "AUC", "recall", "precision", .. evaluation.Classes.Select(predicted => $"as {predicted}")],
            evaluation.Classes.Select(
                (one, index) =>
                    (string[])
                        [
                            one,
                            $"{evaluation.Confusion[index].Sum()}",
                            Number(evaluation.ClassAuc[index]),
                            Number(evaluation.Recall[index]),
                            Number(evaluation.Precision[index]),
                            .. evaluation.Confusion[index].Select(count => $"{count}"),
                        ]
            )
        );
    }

    public static object ToJson(ClassificationEvaluation evaluation)
    {
        var (lower, upper) = evaluation.AucInterval;
        return new
        {
            images = evaluation.CaseCount,
            auc = evaluation.Auc,
            aucLower = lower,
            aucUpper = upper,
            accuracy = evaluation.Accuracy,
            balancedAccuracy = evaluation.BalancedAccuracy,
            logLoss = evaluation.LogLoss,
            classes = evaluation.Classes.Select((name, index) => new
            {
                name,
                auc = evaluation.ClassAuc[index],
                recall = evaluation.Recall[index],
                precision = evaluation.Precision[index],
                confusion = evaluation.Confusion[index],
            }),
        };
    }

    private static string Number(double value) => double.IsNaN(value) ? "n/a" : value.ToString("0.0000", CultureInfo.InvariantCulture);
}
