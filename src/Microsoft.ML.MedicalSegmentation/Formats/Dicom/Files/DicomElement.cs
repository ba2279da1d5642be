namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

/// <summary>One attribute of a data set, with its value still as the file has it.</summary>
/// <param name="Vr">Value representation, two letters.</param>
/// <param name="Value">The value's bytes; empty for sequences.</param>
/// <param name="BigEndian">Byte order of binary numbers.</param>
/// <param name="Items">The data sets of a sequence; null for other attributes.</param>
internal sealed record DicomElement(string Vr, byte[] Value, bool BigEndian = false, IReadOnlyList<DicomDataSet>? Items = null);
