namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>One rule that a file's header breaks.</summary>
/// <param name="Field">The field by the format's own name, such as "dim[0]".</param>
/// <param name="Value">What the file has.</param>
/// <param name="Rule">What the format requires, and what to do where that is known.</param>
public sealed record HeaderFault(string Field, string Value, string Rule)
{
    /// <summary>"dim[0] is 9; must be 1 to 7".</summary>
    public override string ToString() => $"{Field} is {Value}; {Rule}";
}
