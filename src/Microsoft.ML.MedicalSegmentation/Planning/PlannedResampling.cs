namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>How arrays are brought to another voxel spacing.</summary>
public sealed record PlannedResampling
{
    /// <summary>nnU-Net's default: resize with splines, thick slices apart.</summary>
    public const string DefaultFunction = "resample_data_or_seg_to_shape";

    /// <summary>nnU-Net's quicker choice: linear interpolation by PyTorch.</summary>
    public const string TorchFunction = "resample_torch_fornnunet";

    /// <summary>Images: cubic, along a thick axis nearest.</summary>
    public static PlannedResampling Image { get; } = new() { Order = 3 };

    /// <summary>Labels: each label linear, along a thick axis nearest.</summary>
    public static PlannedResampling Labels { get; } = new() { Order = 1, IsSegmentation = true };

    /// <summary>Logits: linear, along a thick axis nearest.</summary>
    public static PlannedResampling Probabilities { get; } = new() { Order = 1 };

    /// <summary>nnU-Net's name of the function.</summary>
    public string Function { get; init; } = DefaultFunction;

    /// <summary>True if each label is resampled by itself.</summary>
    public bool IsSegmentation { get; init; }

    /// <summary>Order of the spline within slices: 0 nearest, 1 linear, 3 cubic.</summary>
    public int Order { get; init; }

    /// <summary>Order along a thick axis: 0 nearest, 1 linear.</summary>
    public int OrderZ { get; init; }

    /// <summary>Whether the thickest axis is resampled apart from the others; null if its ratio to the finest, above 3, decides.</summary>
    public bool? ForceSeparateZ { get; init; }
}
