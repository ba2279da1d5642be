using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Derived;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The model that drew the segments; written into the object, so that a result can be traced to it.</summary>
/// <param name="Name">What users call the model; 1 to 64 characters.</param>
/// <param name="Version">Its version; 1 to 64 characters.</param>
public sealed record DicomAlgorithm(string Name, string Version)
{
    private static readonly DicomCode ArtificialIntelligence = new("123110", "DCM", "Artificial Intelligence");

    /// <summary>SHA-256 of the model's file, in hexadecimal; null leaves it out.</summary>
    public string? Digest { get; init; }

    /// <summary>The digest as it is written; null if there is none.</summary>
    internal string? Parameters => Digest is null ? null : $"model SHA-256 {Digest}";

    internal IEnumerable<string> Faults()
    {
        if (
            Name.Length is 0 or > 64
            || Version.Length is 0 or > 64
            || Digest is { Length: 0 or > 128 }
            || $"{Name}{Version}{Digest}".Any(c => c is '\\' || char.IsControl(c))
        )
        {
            yield return $"the algorithm '{Name}' of version '{Version}' must have 1 to 64 characters each, and "
                + "a digest of at most 128, without backslashes";
        }
    }

    /// <summary>The item of Segmentation Algorithm Identification Sequence.</summary>
    internal DicomDataSetWriter ToItem()
    {
        var item = new DicomDataSetWriter()
            .AddItems("AlgorithmFamilyCodeSequence", [ArtificialIntelligence.ToItem()])
            .Add("AlgorithmName", Name)
            .Add("AlgorithmVersion", Version)
            .Add("AlgorithmSource", "MLMedSeg");
        return Parameters is { } parameters ? item.Add("AlgorithmParameters", parameters) : item;
    }
}
