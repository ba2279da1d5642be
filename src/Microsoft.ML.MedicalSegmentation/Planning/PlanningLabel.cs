namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>One entry of the labels of a data set: a class, or a region of several label values.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Label values that belong to it; more than one for a region.</param>
internal sealed record PlanningLabel(string Name, IReadOnlyList<int> Values);
