using MedSeg.Jobs;

namespace MedSeg.Scoring;

/// <summary>Where volumes of doubt are written; nothing that is not theirs is replaced.</summary>
internal static class DoubtPlan
{
    /// <summary>The file of a case.</summary>
    public static string PathOf(string folder, SegmentationCase one) => Path.Combine(folder, one.Id + ".nii.gz");

    /// <summary>Fails where a volume of doubt would replace an input, labels, or a file of somebody else.</summary>
    /// <exception cref="InputDataException">It would.</exception>
    public static void Require(string? folder, IReadOnlyList<SegmentationCase> cases, OutputPlan plan, bool overwrite)
    {
        if (folder is null)
        {
            return;
        }

        var outputs = cases.Select(one => (Doubt: PathOf(folder, one), Labels: plan.PathOf(one))).ToList();
        if (
            !overwrite
            && outputs.FirstOrDefault(pair => File.Exists(pair.Doubt) && !CaseReceipt.Exists(pair.Labels)) is { Doubt: { } foreign }
        )
        {
            throw new InputDataException(
                $"'{foreign}' exists, and `medseg score` did not write it. Choose another folder for "
                    + "--doubt, or replace such files by --overwrite."
            );
        }

        OutputFiles.Require(
            outputs.Select(pair => pair.Doubt),
            cases.SelectMany(one => one.ImagePaths.Append(one.LabelPath).Append(plan.PathOf(one)))
        );
    }
}
