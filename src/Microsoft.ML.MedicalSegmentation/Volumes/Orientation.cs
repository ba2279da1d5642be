namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Which anatomical direction each voxel axis points to, as a three-letter code such as "RAS" or "LPS".</summary>
/// <remarks>
/// The letters tell where the index grows: R right, L left, A anterior, P posterior, S superior, I inferior; the first
/// letter is the x (width) axis. "RAS" therefore is the world frame itself.
/// </remarks>
public static class Orientation
{
    private const string Positive = "RAS";
    private const string Negative = "LPI";

    /// <summary>The code of an index-to-world map: each voxel axis takes the world axis it is closest to, none twice.</summary>
    public static string CodeOf(AffineTransform indexToWorld)
    {
        var (worldAxes, signs) = ClosestAxes(indexToWorld);
        return string.Create(3, (worldAxes, signs), static (code, state) =>
        {
            for (var axis = 0; axis < 3; axis++)
            {
                code[axis] = (state.signs[axis] > 0 ? Positive : Negative)[state.worldAxes[axis]];
            }
        });
    }

    /// <summary>World axis (0 R/L, 1 A/P, 2 S/I) and direction (+1 or -1) of each letter.</summary>
    /// <exception cref="ArgumentException">The code is not three letters, one of each pair.</exception>
    public static (int[] WorldAxes, int[] Signs) Parse(string code)
    {
        var axes = new int[3];
        var signs = new int[3];
        var seen = 0;
        for (var i = 0; i < 3 && code.Length == 3; i++)
        {
            var letter = char.ToUpperInvariant(code[i]);
            axes[i] = Math.Max(Positive.IndexOf(letter), Negative.IndexOf(letter));
            signs[i] = Positive.Contains(letter) ? 1 : -1;
            seen |= axes[i] < 0 ? 0 : 1 << axes[i];
        }

        return seen == 7
            ? (axes, signs)
            : throw new ArgumentException(
                $"The orientation '{code}' is unknown. Use three letters, one of R/L, one of A/P, one of S/I, such as RAS or LPS.",
                nameof(code)
            );
    }

    /// <summary>Whether a text is a code as <see cref="CodeOf"/> writes it, in capitals.</summary>
    internal static bool IsCode(string text) =>
        text.Length == 3 && new[] { "RL", "AP", "SI" }.All(pair => text.Count(pair.Contains) == 1);

    /// <summary>World axis and direction that each voxel axis is closest to; every world axis is taken once.</summary>
    internal static (int[] WorldAxes, int[] Signs) ClosestAxes(AffineTransform indexToWorld)
    {
        // Of the six assignments of axes, take the one with the largest sum of absolute cosines.
        int[][] assignments = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        var best = assignments[0];
        var bestScore = double.NegativeInfinity;
        foreach (var candidate in assignments)
        {
            var score = 0.0;
            for (var axis = 0; axis < 3; axis++)
            {
                var column = indexToWorld.Column(axis);
                score += column.Length == 0 ? 0 : Math.Abs(column[candidate[axis]]) / column.Length;
            }

            // A later assignment must be better by more than rounding, so that ties keep the natural order.
            if (score > bestScore + 1e-9)
            {
                (best, bestScore) = (candidate, score);
            }
        }

        var signs = new int[3];
        for (var axis = 0; axis < 3; axis++)
        {
            signs[axis] = indexToWorld.Column(axis)[best[axis]] < 0 ? -1 : 1;
        }

        return (best, signs);
    }
}
