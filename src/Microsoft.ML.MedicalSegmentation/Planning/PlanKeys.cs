namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>nnU-Net's words for the choices of a plan.</summary>
internal static class PlanKeys
{
    public const string PlainNetwork = "dynamic_network_architectures.architectures.unet.PlainConvUNet";
    public const string ResidualNetwork = "dynamic_network_architectures.architectures.unet.ResidualEncoderUNet";

    /// <summary>Names of the classes that normalise a channel.</summary>
    public static IReadOnlyDictionary<string, NormalizationScheme> Normalizations { get; } = new Dictionary<string, NormalizationScheme>
    {
        ["ZScoreNormalization"] = NormalizationScheme.ZScore,
        ["CTNormalization"] = NormalizationScheme.CT,
        ["RescaleTo01Normalization"] = NormalizationScheme.RescaleTo01,
        ["RGBTo01Normalization"] = NormalizationScheme.RgbTo01,
        ["NoNormalization"] = NormalizationScheme.None,
    };

    /// <summary>nnU-Net's name of a scheme.</summary>
    public static string NameOf(NormalizationScheme scheme) => Normalizations.First(entry => entry.Value == scheme).Key;
}
