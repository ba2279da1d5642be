namespace Microsoft.ML.MedicalSegmentation.Export.NnUNet;

/// <summary>The names under which nnU-Net's networks hold a weight; strict loading wants all of them.</summary>
internal static class NnUNetNames
{
    /// <summary>
    /// The name itself and its repetitions: convolutions and norms again as modules of a sequence, the encoder again within the decoder.
    /// </summary>
    public static IEnumerable<string> Of(string name)
    {
        string[] own = [name, .. Repetition(name, ".conv.", ".all_modules.0."), .. Repetition(name, ".norm.", ".all_modules.1.")];
        return name.StartsWith("encoder.", StringComparison.Ordinal) ? own.Concat(own.Select(one => $"decoder.{one}")) : own;
    }

    private static IEnumerable<string> Repetition(string name, string part, string other)
        => name.LastIndexOf(part, StringComparison.Ordinal) is >= 0 and var at ? [$"{name[..at]}{other}{name[(at + part.Length)..]}"] : [];
}
