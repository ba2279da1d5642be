using System.Globalization;

namespace MedSeg.Scoring;

/// <summary>Part i of n of a batch, for machines that share the work.</summary>
/// <param name="Index">From 1.</param>
/// <param name="Count">How many parts there are.</param>
internal readonly record struct BatchPart(int Index, int Count)
{
    /// <summary>Reads "2/8".</summary>
    /// <exception cref="ArgumentException">The text is not i/n with 1 &lt;= i &lt;= n.</exception>
    public static BatchPart Parse(string? text)
    {
        if (text is null)
        {
            return new(1, 1);
        }

        var numbers = text.Split('/');
        return numbers.Length == 2
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && index >= 1 && index <= count
            ? new(index, count)
            : throw new ArgumentException($"--part is '{text}'. It is i/n with i from 1 to n, such as 2/8.");
    }

    /// <summary>
    /// The cases of this part. The parts of a batch are disjoint and together the whole, in whatever order inputs are found.
    /// </summary>
    public IReadOnlyList<SegmentationCase> Of(IReadOnlyList<SegmentationCase> cases)
    {
        var (index, count) = this;
        return [.. cases.OrderBy(one => one.Id, StringComparer.Ordinal).Where((_, place) => place % count == index - 1)];
    }
}
