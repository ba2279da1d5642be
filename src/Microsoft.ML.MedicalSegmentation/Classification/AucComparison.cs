namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Two classifiers' areas under the ROC curve on the same cases.</summary>
/// <param name="Difference">That of the second less that of the first.</param>
/// <param name="Lower">Lower end of the difference's 95 % interval, by the bootstrap over cases.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="PValue">Two-sided: DeLong's test for two classes, the bootstrap's for more.</param>
/// <param name="Count">Cases compared.</param>
public sealed record AucComparison(double Difference, double Lower, double Upper, double PValue, int Count);
