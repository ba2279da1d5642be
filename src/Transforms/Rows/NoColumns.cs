namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The row class of a mapping that reads nothing.</summary>
internal sealed class NoColumns;
