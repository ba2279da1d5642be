namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Two models' values of one metric on the same cases.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Class">The class; null for the mean over classes.</param>
/// <param name="Difference">Mean of the second less the first, over the cases in which both have a value.</param>
/// <param name="Lower">Lower end of the difference's 95 % interval, by the bootstrap over cases; NaN below two cases.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="PValue">Wilcoxon's signed-rank test, two-sided: exact up to 50 differences, normal above; NaN if no case differs.</param>
/// <param name="Count">Cases compared, n.</param>
public sealed record ModelComparison(
    SegmentationMetric Metric, LabelClass? Class, double Difference, double Lower, double Upper, double PValue, int Count);
