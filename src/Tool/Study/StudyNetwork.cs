using Microsoft.ML.MedicalSegmentation.Networks;

namespace MedSeg.Study;

/// <summary>A network as the study trains it: small enough for a processor.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Sizes">How it differs from the published size, in words.</param>
/// <param name="Options">Its options for 2 or 3 spatial axes.</param>
internal sealed record StudyNetwork(string Name, string Sizes, Func<int, NetworkOptions> Options)
{
    /// <summary>The forms compared; the first is the control. Every network of <see cref="NetworkList"/> is here.</summary>
    public static IReadOnlyList<StudyNetwork> All { get; } =
    [
        new("U-Net", "width 16, 4 levels", _ => new UNetOptions { Width = 16, Depth = 4 }),
        new(
            "U-Net, residual encoder",
            "width 16, 4 levels",
            _ => new UNetOptions
            {
                Form = UNetForm.ResidualEncoder,
                Width = 16,
                Depth = 4,
            }
        ),
        new(
            "Attention U-Net",
            "width 16, 4 levels, one gate",
            _ => new AttentionUNetOptions
            {
                Form = AttentionUNetForm.SingleGate,
                Width = 16,
                Depth = 4,
            }
        ),
        new(
            "CA-Net",
            "as published; in 3D width 8, 4 levels",
            dims => new CANetOptions { Width = dims == 2 ? 16 : 8, Depth = dims == 2 ? 5 : 4 }
        ),
        new("TransAttUnet", "width 16 (published: 64), 4 levels", _ => new TransAttUNetOptions { Width = 16, Depth = 4 }),
        new(
            "Multi-scale dual attention",
            "small encoder, width 16 (published: ResNeXt-101, 64)",
            _ => new MultiScaleDualAttentionOptions { Encoder = ResidualEncoderForm.Small, Width = 16 }
        ),
        new(
            "Dual attention (DANet)",
            "ResNet-18 of width 16 (published: ResNet-101, 64); in 3D the encoder of a U-Net, 3 levels",
            dims =>
                dims == 2
                    ? new DualAttentionOptions { Encoder = DualAttentionEncoder.ResNet18, Width = 16 }
                    : new DualAttentionOptions
                    {
                        Encoder = DualAttentionEncoder.UNet,
                        Width = 16,
                        Depth = 3,
                    }
        ),
        new(
            "UNETR++",
            "stem 2 x 2 x 2, width 16, 3 levels (published: 32, 4)",
            _ => new UNETRPlusPlusOptions
            {
                Stem = [2, 2, 2],
                Width = 16,
                Depth = 3,
                BlocksPerStage = 2,
                AttentionDropout = 0,
                DecoderAttentionDropout = 0,
            }
        ),
        new(
            "Gated axial attention",
            "as published, for images of 64 x 64",
            _ => new MedicalTransformerOptions { Form = MedicalTransformerForm.GatedAxial }
        ),
        new("MedT", "as published, for images of 64 x 64", _ => new MedicalTransformerOptions()),
    ];

    /// <summary>The networks that have a form with so many spatial axes.</summary>
    public static IEnumerable<StudyNetwork> For(int spatialDims)
        => All.Where(network => network.Options(spatialDims).Entry.SpatialDims.Contains(spatialDims));

    /// <summary>The networks with so many spatial axes that names mean; all of them where there is no name.</summary>
    /// <param name="spatialDims">2 or 3.</param>
    /// <param name="names">
    /// Whole names, or beginnings. A whole name means that network alone: "U-Net" is also the beginning of another's name.
    /// </param>
    /// <exception cref="ArgumentException">A name means no network, or none of the names means one with so many axes.</exception>
    public static IReadOnlyList<StudyNetwork> Named(int spatialDims, IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => !All.Any(network => network.IsMeantBy(name))) is { } unknown)
        {
            throw new ArgumentException(
                $"No network's name begins with {unknown}. Networks: {string.Join(", ", All.Select(network => network.Name))}."
            );
        }

        var networks = For(spatialDims).Where(network => names.Count == 0 || names.Any(network.IsMeantBy)).ToList();
        return networks.Count > 0
            ? networks
            : throw new ArgumentException(
                $"{string.Join(" and ", names)} cannot be compared on a task with {spatialDims} spatial axes. Networks: "
                    + $"{string.Join(", ", For(spatialDims).Select(network => network.Name))}."
            );
    }

    private bool IsMeantBy(string name) => All.Any(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ? Name.Equals(name, StringComparison.OrdinalIgnoreCase)
        : Name.StartsWith(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The name as files have it.</summary>
    public string FileName =>
        string.Concat(Name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c == '+' ? c : '-'))
            .Replace("--", "-", StringComparison.Ordinal)
            .Trim('-');
}
