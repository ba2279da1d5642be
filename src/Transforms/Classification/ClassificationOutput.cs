using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>
/// Gives what ML.NET's multiclass classifiers give: the predicted class as a key, the probabilities of all classes, and that of the
/// predicted one.
/// </summary>
/// <remarks>
/// In loaded models the contract can give neither keys nor vectors of a known length, as both depend on the model. There it gives the
/// class's name and all probabilities as one text, and the stock stages of <see cref="ClassificationStages"/> make key and vector of them.
/// </remarks>
internal sealed class ClassificationOutput : OutputRow
{
    /// <summary>The column of the class's name, in loaded models.</summary>
    public const string NameColumn = "__medseg.class";

    /// <summary>The column of the probabilities as text, in loaded models.</summary>
    public const string TextColumn = "__medseg.probabilities";

    /// <summary>
    /// Characters of one probability in the text, which is exact: nine significant digits tell all numbers of single precision apart.
    /// </summary>
    public const int TextLength = 15;

    private float[] _probabilities = [];
    private int _best;

    [ColumnName(NameColumn)]
    public ReadOnlyMemory<char> ClassName { get; set; }

    [ColumnName(TextColumn)]
    public ReadOnlyMemory<char> Text { get; set; }

    [ColumnName(ZipStages.Output + "2")]
    public float Probability { get; set; }

    /// <summary>Takes the result of a row.</summary>
    public void Take(float[] probabilities, IReadOnlyList<string> classes)
    {
        _probabilities = probabilities;
        _best = Array.IndexOf(probabilities, probabilities.Max());
        Probability = probabilities[_best];
        ClassName = classes[_best].AsMemory();
        Text = string.Concat(probabilities.Select(probability => probability.ToString("E8", CultureInfo.InvariantCulture))).AsMemory();
    }

    public override ColumnKind KindOf(int output) => output switch
    {
        0 => ColumnKind.Key(1),
        1 => ColumnKind.Numbers(1),
        _ => ColumnKind.Number,
    };

    public override Delegate Getter(int output, Action refresh) => output switch
    {
        0 => Serve(refresh, () => (uint)_best + 1),
        1 => ServeVector(refresh, () => _probabilities),
        _ => Serve(refresh, () => Probability),
    };
}

/// <summary>
/// Gives what ML.NET's calibrated binary classifiers give: the decision, the log-odds, and the probability of the positive class.
/// </summary>
internal sealed class BinaryClassificationOutput : OutputRow
{
    [ColumnName(ZipStages.Output + "0")]
    public bool IsPositive { get; set; }

    [ColumnName(ZipStages.Output + "1")]
    public float Score { get; set; }

    [ColumnName(ZipStages.Output + "2")]
    public float Probability { get; set; }

    public override ColumnKind KindOf(int output) => output == 0 ? ColumnKind.Boolean : ColumnKind.Number;

    public override Delegate Getter(int output, Action refresh) => output switch
    {
        0 => Serve(refresh, () => IsPositive),
        1 => Serve(refresh, () => Score),
        _ => Serve(refresh, () => Probability),
    };
}
