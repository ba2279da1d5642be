namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>What can be wrong with the description of a network that runs on patches, whatever its output means.</summary>
internal static class PatchNetworkFaults
{
    /// <summary>Faults of patch, dimensions, spacing, orientation and overlap, as sentences.</summary>
    public static IEnumerable<string> Of(IPatchNetworkInfo info, double overlap)
    {
        var patch = info.Patch;
        if (patch.Channels < 1 || patch.Depth < 1 || patch.Height < 1 || patch.Width < 1)
        {
            yield return $"The patch is {patch.Width} x {patch.Height} x {patch.Depth} with {patch.Channels} channels; "
                + "each must be at least 1.";
        }

        if (info.SpatialDimensions is not (2 or 3))
        {
            yield return $"The network has {info.SpatialDimensions} spatial dimensions; it must have 2 or 3.";
        }
        else if (info.SpatialDimensions == 2 && patch.Depth != 1)
        {
            yield return $"The patch of a 2D network has depth {patch.Depth}; it must be 1.";
        }

        if (info.Spacing is { } s && !(s.X > 0 && s.Y > 0 && s.Z > 0 && double.IsFinite(s.Length)))
        {
            yield return $"The spacing is {s} mm; each must be above 0.";
        }

        foreach (var fault in OfOrientation(info.Orientation))
        {
            yield return fault;
        }

        if (!(overlap is >= 0 and <= 0.9))
        {
            yield return $"The overlap is {overlap}; it must be 0 to 0.9.";
        }
    }

    /// <summary>The fault of an orientation code that does not exist.</summary>
    public static IEnumerable<string> OfOrientation(string? code) =>
        code is null || Orientation.IsCode(code)
            ? []
            : [$"The orientation '{code}' is unknown; use three letters, one of R/L, one of A/P, one of S/I, such as RAS."];

    /// <summary>Fails if there are faults.</summary>
    /// <exception cref="ArgumentException">There are; the message lists every one.</exception>
    public static void ThrowIfAny(IEnumerable<string> faults)
    {
        if (string.Join(" ", faults) is { Length: > 0 } all)
        {
            throw new ArgumentException($"The description of the model is impossible: {all}");
        }
    }
}
