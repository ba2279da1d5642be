namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>The row class of a mapping that reads nothing.</summary>
internal sealed class NoColumns;
