using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <summary>A grid of parts, each on a device.</summary>
/// <param name="sizes">Parts along each spatial axis.</param>
/// <param name="devices">Part i is on device i, or i modulo their number; the first device is the home of what is not divided.</param>
internal sealed class PartitionGrid(int[] sizes, IReadOnlyList<torch.Device> devices)
{
    private readonly int[][] _coordinates =
    [
        .. Enumerable.Range(0, sizes.Aggregate(1, (count, size) => count * size)).Select(part => Coordinates(part, sizes)),
    ];

    public IReadOnlyList<int> Sizes => sizes;

    public int Count => _coordinates.Length;

    public torch.Device Home => devices[0];

    public torch.Device DeviceOf(int part) => devices[part % devices.Count];

    public int[] CoordinatesOf(int part) => _coordinates[part];

    public int IndexOf(int[] coordinates)
    {
        var index = 0;
        for (var axis = 0; axis < sizes.Length; axis++)
        {
            index = (index * sizes[axis]) + coordinates[axis];
        }

        return index;
    }

    /// <summary>The first part on the same device that holds the same elements of a value.</summary>
    public int Representative(PartLayout layout, int part)
    {
        var axes = layout.Axes.ToArray();
        var (own, device) = (_coordinates[part], DeviceOf(part));
        var first = 0;
        while (!axes.All(axis => _coordinates[first][axis] == own[axis]) || !AreSame(DeviceOf(first), device))
        {
            first++;
        }

        return first;
    }

    /// <summary>The parts that differ from one only along some axes, itself included.</summary>
    public IEnumerable<int> Along(int part, IReadOnlyList<int> axes) => Enumerable.Range(0, Count).Where(other =>
        Enumerable.Range(0, sizes.Length).All(axis => axes.Contains(axis) || _coordinates[other][axis] == _coordinates[part][axis]));

    public static bool AreSame(torch.Device one, torch.Device other) =>
        one.type == other.type && (one.type == DeviceType.CPU || one.index == other.index);

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(" x ", sizes)} parts";

    private static int[] Coordinates(int part, int[] sizes)
    {
        var coordinates = new int[sizes.Length];
        for (var axis = sizes.Length - 1; axis >= 0; axis--)
        {
            coordinates[axis] = part % sizes[axis];
            part /= sizes[axis];
        }

        return coordinates;
    }
}
