using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>The U-Net of a configuration; stages are numbered from the finest.</summary>
public sealed record PlannedNetwork
{
    /// <summary>2 or 3.</summary>
    public required int SpatialDims { get; init; }

    /// <summary>True for a residual encoder, false for plain convolutions.</summary>
    public bool IsResidual { get; init; }

    /// <summary>Channels of every stage.</summary>
    public required IReadOnlyList<int> Features { get; init; }

    /// <summary>Convolution kernel of every stage, along z, y and x (2D: y and x).</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Kernels { get; init; }

    /// <summary>By how much each stage is coarser than the one before; 1 for the first.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Strides { get; init; }

    /// <summary>Convolutions, or residual blocks, of every stage of the encoder.</summary>
    public required IReadOnlyList<int> EncoderBlocks { get; init; }

    /// <summary>Convolutions of every stage of the decoder, the coarsest first.</summary>
    public required IReadOnlyList<int> DecoderConvolutions { get; init; }

    /// <summary>Whether convolutions add a bias.</summary>
    public bool ConvolutionBias { get; init; } = true;

    /// <summary>What instance normalisation adds to the variance.</summary>
    public double NormalizationEpsilon { get; init; } = 1e-5;

    /// <summary>Slope of the leaky rectifier below 0.</summary>
    public double NegativeSlope { get; init; } = 0.01;

    /// <summary>Number of resolutions.</summary>
    public int Stages => Strides.Count;

    /// <summary>By how much the coarsest stage is coarser than the patch, along each axis.</summary>
    public IReadOnlyList<int> TotalStride
        => [.. Enumerable.Range(0, SpatialDims).Select(axis => Strides.Aggregate(1, (product, stride) => product * stride[axis]))];

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}
