namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Spacing, axis order and median size of a data set at full resolution.</summary>
/// <param name="Spacing">Target spacing, mm, in the plan's axis order.</param>
/// <param name="MedianShape">Median over cases of the size at that spacing, in the plan's axis order.</param>
/// <param name="Forward">The array axis of each of the plan's axes.</param>
/// <param name="Backward">The inverse.</param>
internal sealed record FullResolution(double[] Spacing, double[] MedianShape, int[] Forward, int[] Backward)
{
    private const double Anisotropic = 3;

    /// <summary>Decides by nnU-Net's rules.</summary>
    public static FullResolution Of(PlanningFingerprint fingerprint, IReadOnlyList<double>? overwritten, List<PlanDecision> decisions)
    {
        var target = overwritten?.ToArray() ?? TargetSpacing(fingerprint, decisions);
        if (overwritten is not null)
        {
            decisions.Add(new(null, "target spacing", Text(target), "Given with the options, in place of what the data suggest."));
        }

        var coarsest = Array.IndexOf(target, target.Max());
        int[] forward = [coarsest, .. Enumerable.Range(0, 3).Where(axis => axis != coarsest)];
        int[] backward = [.. Enumerable.Range(0, 3).Select(axis => Array.IndexOf(forward, axis))];
        decisions.Add(
            new(
                null,
                "axis order",
                string.Join(", ", forward.Select(axis => "zyx"[axis])),
                $"The axis of the coarsest target spacing ({"zyx"[coarsest]}, {target[coarsest]:0.####} mm) comes first; 2D "
                    + "configurations take slices across it."
            )
        );
        var median = PerAxis(axis =>
            Median(
                fingerprint.Spacings.Zip(
                    fingerprint.CroppedShapes,
                    (spacing, shape) => Math.Round(spacing[axis] / target[axis] * shape[axis])
                )
            )
        );
        return new([.. forward.Select(axis => target[axis])], [.. forward.Select(axis => median[axis])], forward, backward);
    }

    /// <summary>Median over cases.</summary>
    public static double[] Medians(IReadOnlyList<IReadOnlyList<double>> rows) => PerAxis(axis => Median(rows.Select(row => row[axis])));

    /// <inheritdoc cref="Medians(IReadOnlyList{IReadOnlyList{double}})"/>
    public static double[] Medians(IReadOnlyList<IReadOnlyList<int>> rows) =>
        PerAxis(axis => Median(rows.Select(row => (double)row[axis])));

    /// <summary>Numbers as reasons show them.</summary>
    public static string Text(IEnumerable<double> numbers) => string.Join(" x ", numbers.Select(number => $"{number:0.####}"));

    private static double[] TargetSpacing(PlanningFingerprint fingerprint, List<PlanDecision> decisions)
    {
        // As 50th percentiles, which differ from medians in the last bit where cases are even in number.
        var target = PerAxis(axis => Percentile(fingerprint.Spacings.Select(spacing => spacing[axis]), 50));
        var size = PerAxis(axis => Percentile(fingerprint.CroppedShapes.Select(shape => (double)shape[axis]), 50));
        var coarsest = Array.IndexOf(target, target.Max());
        int[] others = [.. Enumerable.Range(0, 3).Where(axis => axis != coarsest)];
        var coarsestOther = others.Max(axis => target[axis]);
        var smallestOther = others.Min(axis => size[axis]);
        if (!(target[coarsest] > Anisotropic * coarsestOther && size[coarsest] * Anisotropic < smallestOther))
        {
            decisions.Add(
                new(
                    null,
                    "target spacing",
                    Text(target),
                    $"Median spacing of the cases. The coarsest axis ({target[coarsest]:0.####} mm, {size[coarsest]:0.#} voxels) is "
                        + $"not both more than {Anisotropic} times coarser than the next ({coarsestOther:0.####} mm) and more than "
                        + $"{Anisotropic} times shorter than the shortest ({smallestOther:0.#} voxels)."
                )
            );
            return target;
        }

        var (median, tenth) = (target[coarsest], Percentile(fingerprint.Spacings.Select(spacing => spacing[coarsest]), 10));
        target[coarsest] = tenth < coarsestOther ? coarsestOther + 1e-5 : tenth;
        decisions.Add(
            new(
                null,
                "target spacing",
                Text(target),
                $"Median spacing of the cases, except along the coarsest axis: its median ({median:0.####} mm, {size[coarsest]:0.#} "
                    + $"voxels) is more than {Anisotropic} times coarser than the next ({coarsestOther:0.####} mm) and more than "
                    + $"{Anisotropic} times shorter than the shortest ({smallestOther:0.#} voxels), so the 10th percentile "
                    + $"({tenth:0.####} mm) is taken{(tenth < coarsestOther ? ", but no less than the next axis has" : "")}."
            )
        );
        return target;
    }

    private static double[] PerAxis(Func<int, double> of) => [of(0), of(1), of(2)];

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    // NumPy's linear percentile, to the last bit: the upper half is measured from above.
    private static double Percentile(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        var position = (sorted.Length - 1) * (percent / 100);
        var below = (int)Math.Floor(position);
        var (a, b, t) = (sorted[below], sorted[Math.Min(below + 1, sorted.Length - 1)], position - below);
        return t < 0.5 ? a + ((b - a) * t) : b - ((b - a) * (1 - t));
    }
}
