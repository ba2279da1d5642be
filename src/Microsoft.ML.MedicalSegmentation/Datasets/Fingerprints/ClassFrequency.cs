namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How often a label value occurs in a data set.</summary>
/// <param name="Value">The label value.</param>
/// <param name="Name">Its class; "class 3" if it has no name.</param>
/// <param name="Voxels">Voxels of all cases.</param>
/// <param name="Fraction">Share of all label voxels, 0 to 1.</param>
/// <param name="Cases">Cases in which it occurs.</param>
public sealed record ClassFrequency(int Value, string Name, long Voxels, double Fraction, int Cases)
{
    /// <summary>True for a value that marks voxels of no class (<see cref="LabelClass.IsIgnored"/>).</summary>
    public bool IsIgnored { get; init; }

    /// <summary>Counts the values of label volumes; classes that never occur are listed with 0.</summary>
    internal static IReadOnlyList<ClassFrequency> Count(
        IReadOnlyList<LabelClass> classes, IReadOnlyCollection<IReadOnlyDictionary<int, long>> labels)
    {
        var total = labels.Sum(voxels => voxels.Values.Sum());
        var names = classes.ToDictionary(c => c.Value);
        var values = labels.SelectMany(voxels => voxels.Keys).Concat(names.Keys).Distinct().Order();
        return
        [
            .. values.Select(value =>
            {
                var having = labels.Where(voxels => voxels.ContainsKey(value)).ToList();
                var voxels = having.Sum(voxels => voxels[value]);
                var name = names.GetValueOrDefault(value) ?? LabelClass.Unnamed(value);
                return new ClassFrequency(value, name.Name, voxels, total == 0 ? 0 : (double)voxels / total, having.Count)
                {
                    IsIgnored = name.IsIgnored,
                };
            }),
        ];
    }
}
