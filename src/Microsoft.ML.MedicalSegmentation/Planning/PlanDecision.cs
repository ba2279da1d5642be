namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>One thing that a plan decides, and why.</summary>
/// <param name="Configuration">The configuration that it is for; null for all.</param>
/// <param name="Subject">What is decided, such as "patch size".</param>
/// <param name="Value">What was decided.</param>
/// <param name="Reason">The rule and the numbers that led to it.</param>
public sealed record PlanDecision(string? Configuration, string Subject, string Value, string Reason);
