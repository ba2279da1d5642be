using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>How intensities are normalised; checked once, then unchanging.</summary>
internal sealed record IntensitySettings(
    IntensityMethod Method,
    bool NonZeroOnly,
    double LowerPercentile,
    double UpperPercentile,
    double? WindowCenter,
    double? WindowWidth,
    float? NonFiniteReplacement) : ICheckedSettings
{
    /// <summary>True if values are clipped to percentiles before they are scaled.</summary>
    public bool ClipsToPercentiles => LowerPercentile > 0 || UpperPercentile < 100;

    /// <inheritdoc/>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(!Enum.IsDefined(Method), $"Method is {Method}; use {string.Join(", ", Enum.GetNames<IntensityMethod>())}.");
        faults.Add(
            !(LowerPercentile >= 0 && LowerPercentile < UpperPercentile && UpperPercentile <= 100),
            $"The percentiles are {LowerPercentile} and {UpperPercentile}; they must lie between 0 and 100, the lower first.");
        faults.Add(
            Method == IntensityMethod.Window && !(WindowWidth > 0 && double.IsFinite(WindowWidth.Value) && WindowCenter is { } center && double.IsFinite(center)),
            $"The window has centre {WindowCenter?.ToString() ?? "none"} and width {WindowWidth?.ToString() ?? "none"}; give both, the width above 0, such as 40 and 400 HU.");
        faults.Add(
            Method != IntensityMethod.Window && (WindowCenter is not null || WindowWidth is not null),
            $"A window is given, but Method is {Method}; set Method to Window.");
        faults.Add(
            NonFiniteReplacement is { } replacement && !float.IsFinite(replacement),
            $"NonFiniteReplacement is {NonFiniteReplacement}; it must be a finite number.");
        faults.ThrowIfAny(NormalizeIntensityEstimator.Name);
    }
}
