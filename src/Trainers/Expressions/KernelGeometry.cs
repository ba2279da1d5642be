namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <summary>How a kernel slides over the spatial axes; one number per axis each.</summary>
internal sealed record KernelGeometry(long[] Kernel, long[] Stride, long[] Padding, long[] Dilation, long Groups)
{
    /// <summary>Padding as ONNX writes it: all near sides, then all far sides.</summary>
    public long[] Pads => [.. Padding, .. Padding];
}
