using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Says which settings of an augmentation are out of their limits.</summary>
internal static class Limits
{
    public static IEnumerable<string> Faults(
        PatchAugmentation owner,
        params (string Name, double Value, double Least, double Most)[] settings
    ) =>
        from setting in settings
        where !(setting.Value >= setting.Least && setting.Value <= setting.Most)
        select string.Create(
            CultureInfo.InvariantCulture,
            $"Augmentation {owner.GetType().Name}.{setting.Name} is {setting.Value}; it must be from {setting.Least} to {setting.Most}."
        );

    /// <summary>The fault of a range whose beginning lies after its end.</summary>
    public static IEnumerable<string> Order(PatchAugmentation owner, string least, double low, string most, double high) =>
        low <= high
            ? []
            :
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Augmentation {owner.GetType().Name}.{least} is {low}, above {most}, which is {high}. Exchange them."
                ),
            ];
}
