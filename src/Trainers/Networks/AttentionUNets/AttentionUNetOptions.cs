using Microsoft.ML.MedicalSegmentation.Networks.AttentionUNets;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Which published form of the Attention U-Net is built.</summary>
public enum AttentionUNetForm
{
    /// <summary>Two gates per skip connection and deep supervision: the authors' network for CT.</summary>
    MultiGate,

    /// <summary>One gate per skip connection and deep supervision.</summary>
    SingleGate,

    /// <summary>No gates: the authors' U-Net baseline with deep supervision.</summary>
    Ungated,

    /// <summary>Flat kernels; one gating signal from the deepest level serves every gate; no deep supervision.</summary>
    SharedSignal,

    /// <summary>The widely copied form: gates at full resolution on every skip connection, batch norm inside them.</summary>
    Community,

    /// <summary>The community form without gates: its U-Net baseline.</summary>
    CommunityUngated,
}

/// <summary>Which convolution blocks of an <see cref="AttentionUNet"/> have batch norms.</summary>
public enum AttentionUNetNorms
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Those of the encoder, as the authors' 2D U-Net has it.</summary>
    Encoder,

    /// <summary>None; gates keep their own.</summary>
    None,
}

/// <summary>
/// Chooses an Attention U-Net (<see cref="AttentionUNet"/>). The defaults: two gates per skip connection, width 16, depth 5.
/// </summary>
public sealed record AttentionUNetOptions : NetworkOptions
{
    /// <inheritdoc/>
    public override NetworkEntry Entry => AttentionUNet.Entry;

    /// <summary>The form.</summary>
    /// <value>Default: <see cref="AttentionUNetForm.MultiGate"/>.</value>
    public AttentionUNetForm Form { get; init; }

    /// <summary>How the gates form their weights (not in the community forms).</summary>
    /// <value>Default: <see cref="GateActivation.Sigmoid"/>, the paper's.</value>
    public GateActivation GateActivation { get; init; }

    /// <summary>Whether predictions of all levels are joined into the result (not in the community forms).</summary>
    /// <value>Default: the form's own.</value>
    public bool? DeepSupervision { get; init; }

    /// <summary>Size of the kernels; [1, 3, 3] suits volumes with thick slices.</summary>
    /// <value>Odd; default 3, and 3 x 3 x 1 in the shared-signal form.</value>
    public PerAxis? Kernel { get; init; }

    /// <summary>By how much each level is coarser than the one above; [1, 2, 2] suits volumes with thick slices.</summary>
    /// <value>At least 1; default 2, and 2 x 2 x 1 in the shared-signal form.</value>
    public PerAxis? Pooling { get; init; }

    /// <summary>How many voxels of a skip connection one weight of a gate serves (not in the community forms).</summary>
    /// <value>At least 1; default 2.</value>
    public PerAxis? GateSubsampling { get; init; }

    /// <summary>
    /// Whether the decoder enlarges by a learned transposed convolution of kernel 4 and stride 2 (not in the community forms).
    /// </summary>
    /// <value>Default: false, linear interpolation. The authors' "is_deconv".</value>
    public bool TransposedUpsampling { get; init; }

    /// <summary>Which convolution blocks have batch norms (not in the community forms).</summary>
    /// <value>Default: all. The authors' "is_batchnorm".</value>
    public AttentionUNetNorms Norms { get; init; }

    internal int Levels => Depth ?? 5;

    internal bool IsCommunity => Form is AttentionUNetForm.Community or AttentionUNetForm.CommunityUngated;

    internal int FirstWidth => Width ?? (IsCommunity ? 64 : 16);

    internal bool IsSupervised => !IsCommunity
        && (DeepSupervision ?? Form is not AttentionUNetForm.SharedSignal);

    internal long[] KernelSize => (Kernel ?? Flat(3)).For(SpatialDims);

    internal long[] PoolSize => (Pooling ?? Flat(2)).For(SpatialDims);

    internal PerAxis GateGrid => GateSubsampling ?? 2;

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (var fault in base.Faults())
        {
            yield return fault;
        }

        if (Depth > 8)
        {
            yield return $"Depth is {Depth}; it must be at most 8.";
        }

        if (Kernel is { } kernel && (kernel.Any(size => size < 1 || size % 2 == 0) || WrongCount(kernel)))
        {
            yield return $"Kernel is {kernel}; give one odd number, or {SpatialDims}.";
        }

        foreach (var (name, sizes) in new[] { (nameof(Pooling), Pooling), (nameof(GateSubsampling), GateSubsampling) })
        {
            if (sizes is { } given && (given.Any(size => size < 1) || WrongCount(given)))
            {
                yield return $"{name} is {given}; give one number of at least 1, or {SpatialDims}.";
            }
        }
    }

    private bool WrongCount(PerAxis numbers) => numbers.Count() != 1 && numbers.Count() != SpatialDims;

    private PerAxis Flat(long size) => Form == AttentionUNetForm.SharedSignal && SpatialDims == 3 ? [size, size, 1] : (PerAxis)size;
}
