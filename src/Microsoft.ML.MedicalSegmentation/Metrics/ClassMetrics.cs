namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How well one class was found, over all cases.</summary>
/// <param name="Class">The class.</param>
/// <param name="Dice">Mean over the cases used of the Dice coefficient, in [0, 1]; NaN if no case was used.</param>
/// <param name="IoU">Mean over the cases used of intersection over union, in [0, 1]; NaN if no case was used.</param>
/// <param name="CasesUsed">Cases that entered the means.</param>
/// <param name="CasesExcluded">
/// Cases left out, as the class is in neither truth nor prediction and the policy is <see cref="EmptyPolicy.Nan"/>.
/// </param>
public sealed record ClassMetrics(LabelClass Class, double Dice, double IoU, int CasesUsed, int CasesExcluded);
