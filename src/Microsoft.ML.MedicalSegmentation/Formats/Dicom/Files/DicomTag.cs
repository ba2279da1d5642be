namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

/// <summary>The number that names an attribute of a DICOM data set: group and element.</summary>
internal readonly record struct DicomTag(uint Value) : IComparable<DicomTag>
{
    public DicomTag(int group, int element)
        : this(((uint)group << 16) | (uint)element)
    {
    }

    public int Group => (int)(Value >> 16);

    public int Element => (int)(Value & 0xFFFF);

    /// <summary>True for a vendor's own attributes.</summary>
    public bool IsPrivate => (Group & 1) == 1;

    /// <summary>True for the attribute that reserves a block of private elements for a vendor.</summary>
    public bool IsPrivateCreator => IsPrivate && Element is >= 0x10 and <= 0xFF;

    public int CompareTo(DicomTag other) => Value.CompareTo(other.Value);

    /// <summary>"(0028,0010)", with the keyword where it is one of ours: "Rows (0028,0010)".</summary>
    public override string ToString()
        => (DicomDictionary.KeywordOf(this) is { } keyword ? keyword + " " : "") + $"({Group:X4},{Element:X4})";
}
