using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Cases;

/// <summary>From label values, which may have gaps, to class indices 0 to K - 1, which networks use.</summary>
internal sealed class ClassMap
{
    /// <summary>Marks a value that is not a class.</summary>
    public const int Unknown = -1;

    private readonly int[] _indexOfValue;

    /// <param name="classes">The classes in index order; the first is the background.</param>
    /// <exception cref="ArgumentException">There are fewer than two, or a value appears twice.</exception>
    public ClassMap(IReadOnlyList<LabelClass> classes)
    {
        if (classes.Count < 2)
        {
            throw new ArgumentException(
                $"There are {classes.Count} classes. A segmentation needs the background and at least one structure.", nameof(classes));
        }

        Classes = classes;
        _indexOfValue = new int[LabelClass.MaximumValue + 1];
        Array.Fill(_indexOfValue, Unknown);
        for (var i = 0; i < classes.Count; i++)
        {
            var value = classes[i].Value;
            if (value is < 0 or > LabelClass.MaximumValue || _indexOfValue[value] != Unknown)
            {
                throw new ArgumentException(
                    $"Class '{classes[i].Name}' has the value {value}, which is taken or not from 0 to {LabelClass.MaximumValue}. Give every class its own value.",
                    nameof(classes));
            }

            _indexOfValue[value] = i;
        }
    }

    /// <summary>The classes in index order.</summary>
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
