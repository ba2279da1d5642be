namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>Which rewritings of the graph an ONNX file gets. They change the speed on processors, not what is computed.</summary>
[Flags]
internal enum OnnxRewritings
{
    /// <summary>The graph as the network gives it.</summary>
    None = 0,

    /// <summary><see cref="Optimization.UpsampledConvolutions"/>.</summary>
    UpsampledConvolutions = 1,

    /// <summary><see cref="Optimization.RowwiseConvolutions"/>.</summary>
    RowwiseConvolutions = 2,

    /// <summary><see cref="Optimization.SlicewiseConvolutions"/>.</summary>
    SlicewiseConvolutions = 4,

    /// <summary>
    /// <see cref="WinogradFilter"/> within <see cref="Optimization.SlicewiseConvolutions"/>. Has no effect without those.
    /// </summary>
    MinimalFilters = 8,

    /// <summary>What files for processors get.</summary>
    All = UpsampledConvolutions | RowwiseConvolutions | SlicewiseConvolutions | MinimalFilters,
}
