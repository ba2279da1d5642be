using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Cases;

/// <summary>From label values, which may have gaps, to class indices 0 to K - 1, which networks use.</summary>
internal sealed class ClassMap
{
    /// <summary>Marks a value that is not a class.</summary>
    public const int Unknown = -1;

    private readonly int[] _indexOfValue;

    /// <param name="classes">
    /// The classes in index order; the first is the background. Ignored ones have no output; their index is the number of the others.
    /// </param>
    /// <exception cref="ArgumentException">There are fewer than two, or a value appears twice.</exception>
    public ClassMap(IReadOnlyList<LabelClass> classes)
    {
        var ignored = classes.Where(c => c.IsIgnored).ToList();
        classes = ignored.Count == 0 ? classes : [.. classes.Where(c => !c.IsIgnored)];
        if (classes.Count < 2)
        {
            throw new ArgumentException(
                $"There are {classes.Count} classes. A segmentation needs the background and at least one structure.", nameof(classes));
        }

        Classes = classes;
        IgnoredIndex = ignored.Count == 0 ? null : classes.Count;
        _indexOfValue = new int[LabelClass.MaximumValue + 1];
        Array.Fill(_indexOfValue, Unknown);
        foreach (var (i, one) in classes.Index().Concat(ignored.Select(c => (classes.Count, c))))
        {
            var value = one.Value;
            if (value is < 0 or > LabelClass.MaximumValue || _indexOfValue[value] != Unknown)
            {
                throw new ArgumentException(
                    $"Class '{one.Name}' has the value {value}, which is taken or not from 0 to {LabelClass.MaximumValue}. Give "
                        + "every class its own value.",
                    nameof(classes));
            }

            _indexOfValue[value] = i;
        }
    }

    /// <summary>The map of images without labels, which nothing looks a value up in.</summary>
    public static ClassMap Unlabelled { get; } = new([new(0, "background"), new(1, "structure")]);

    /// <summary>The index of voxels of no class, which no loss and no metric counts; null where no value is ignored.</summary>
    public int? IgnoredIndex { get; }

    /// <summary>The classes in index order, without ignored ones.</summary>
    public IReadOnlyList<LabelClass> Classes { get; }

    /// <summary>Class index of a label value, or <see cref="Unknown"/>.</summary>
    public int IndexOf(int value) => _indexOfValue[value];

    /// <summary>Class indices of label values.</summary>
    /// <typeparam name="T">int or long.</typeparam>
    public void Map<T>(ReadOnlySpan<int> values, Span<T> indices)
        where T : struct, INumberBase<T>
    {
        for (var i = 0; i < values.Length; i++)
        {
            indices[i] = T.CreateTruncating(_indexOfValue[values[i]]);
        }
    }
}
