// Stands in for the convolutions of torch.nn.functional.
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor conv1d(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? dilation = null, long groups = 1) => Call("conv1d", input, weight, bias, Fill(stride, 1, 1), Fill(padding, 1, 0), Fill(dilation, 1, 1), groups);
            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) => Call("conv2d", input, weight, bias, Fill(strides, 2, 1), Fill(padding, 2, 0), Fill(dilation, 2, 1), groups);
            public static Tensor conv3d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) => Call("conv3d", input, weight, bias, Fill(strides, 3, 1), Fill(padding, 3, 0), Fill(dilation, 3, 1), groups);
            public static Tensor conv1d_padding(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, Padding padding = Padding.Valid, long? dilation = null, long groups = 1) => Call("conv1d.padding", input, weight, bias, Fill(stride, 1, 1), Name(padding), Fill(dilation, 1, 1), groups);
            public static Tensor conv2d_padding(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) => Call("conv2d.padding", input, weight, bias, Fill(strides, 2, 1), Name(padding), Fill(dilation, 2, 1), groups);
            public static Tensor conv3d_padding(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) => Call("conv3d.padding", input, weight, bias, Fill(strides, 3, 1), Name(padding), Fill(dilation, 3, 1), groups);
            public static Tensor conv_transpose1d(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? output_padding = null, long? dilation = null, long groups = 1) => Call("conv_transpose1d", input, weight, bias, Fill(stride, 1, 1), Fill(padding, 1, 0), Fill(output_padding, 1, 0), groups, Fill(dilation, 1, 1));
            public static Tensor conv_transpose2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null, long[]? dilation = null, long groups = 1) => Call("conv_transpose2d.input", input, weight, bias, Fill(strides, 2, 1), Fill(padding, 2, 0), Fill(output_padding, 2, 0), groups, Fill(dilation, 2, 1));
            public static Tensor conv_transpose3d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null, long[]? dilation = null, long groups = 1) => Call("conv_transpose3d.input", input, weight, bias, Fill(strides, 3, 1), Fill(padding, 3, 0), Fill(output_padding, 3, 0), groups, Fill(dilation, 3, 1));
            public static Tensor unfold(Tensor input, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) => Call("im2col", input, Fill(kernel_size, 2, 1), Fill(dilation, 2, 1), Fill(padding, 2, 0), Fill(stride, 2, 1));
            public static Tensor unfold(Tensor input, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null) => Call("im2col", input, new[] { kernel_size.Item1, kernel_size.Item2 }, Fill(List(dilation), 2, 1), Fill(List(padding), 2, 0), Fill(List(stride), 2, 1));
            public static Tensor fold(Tensor input, long output_size, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) => Call("col2im", input, Fill(output_size, 2, 1), Fill(kernel_size, 2, 1), Fill(dilation, 2, 1), Fill(padding, 2, 0), Fill(stride, 2, 1));

            private static string Name(Padding padding) => padding == Padding.Same ? "same" : "valid";

            private static long[] Fill(long? value, int count, long otherwise) => [.. Enumerable.Repeat(value ?? otherwise, count)];

            private static long[] Fill(long[]? values, int count, long otherwise) => values ?? Fill((long?)null, count, otherwise);

            internal static long[]? List(long? value) => value is long only ? [only] : null;

            internal static long[]? List((long, long)? values) => values is var (a, b) ? [a, b] : null;

            internal static long[]? List((long, long, long)? values) => values is var (a, b, c) ? [a, b, c] : null;
        }
    }
}
