using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation.Data.Cases;

/// <summary>Regions by the indices of the classes that they consist of.</summary>
internal sealed class RegionMap
{
    private readonly bool[][] _members;

    /// <param name="regions">In the order of the network's outputs.</param>
    /// <param name="classes">The classes of the labels.</param>
    /// <exception cref="ArgumentException">A region cannot be trained; the message names every fault.</exception>
    public RegionMap(IReadOnlyList<LabelRegion> regions, ClassMap classes)
    {
        Regions = regions;
        var faults = new OptionFaults();
        faults.Add(regions.Count == 0, "There is no region.");
        foreach (var region in regions)
        {
            faults.Add(
                region.Values.All(value => value == 0),
                $"The region '{region.Name}' has the values [{string.Join(", ", region.Values)}]; it needs at least one above 0."
            );
            faults.Add(
                region.WrittenValue is < 1 or > LabelClass.MaximumValue,
                $"The region '{region.Name}' is written as {region.WrittenValue}; give a value from 1 to {LabelClass.MaximumValue}."
            );
            foreach (
                var value in region.Values.Where(value =>
                    value is < 0 or > LabelClass.MaximumValue
                    || classes.IndexOf(value) is < 0
                    || classes.IndexOf(value) == classes.IgnoredIndex
                )
            )
            {
                faults.Add(
                    true,
                    $"The region '{region.Name}' has the value {value}, which is not a class. Classes: "
                        + $"{string.Join(", ", classes.Classes.Select(c => $"{c.Value} {c.Name}"))}."
                );
            }
        }

        faults.ThrowIfAny("the regions");
        ClassIndices = [.. regions.Select(region => (IReadOnlyList<int>)[.. region.Values.Select(classes.IndexOf)])];
        _members = [.. ClassIndices.Select(indices => Enumerable.Range(0, classes.Classes.Count + 1).Select(indices.Contains).ToArray())];
    }

    /// <summary>The regions.</summary>
    public IReadOnlyList<LabelRegion> Regions { get; }

    /// <summary>Number of regions, which is that of the network's outputs.</summary>
    public int Count => Regions.Count;

    /// <summary>Class indices of each region.</summary>
    public IReadOnlyList<IReadOnlyList<int>> ClassIndices { get; }

    /// <summary>Whether voxels of a class lie in a region.</summary>
    /// <param name="region">From 0.</param>
    /// <param name="classIndex">From 0; the ignored index lies in none.</param>
    public bool Contains(int region, int classIndex) => _members[region][classIndex];
}
