// Stands in for the padding and resampling of torch.nn.functional.
using TorchSharp.PInvoke;
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => Call("pad", input, pad, Name(mode), mode is PaddingModes.Constant or PaddingModes.Zeros ? value : Argument.None);
            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => functional.pad(input, pad.ToArray(), mode, value);
            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => functional.pad(input, [pad.Item1, pad.Item2], mode, value);
            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);
            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => functional.pad(input, [pad], mode, value);
            public static Tensor grid_sample(Tensor input, Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear, GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros, bool? align_corners = null) => Call("grid_sampler", input, grid, mode == GridSampleMode.Nearest ? 1 : 0, (int)padding_mode switch { 1 => 2, 2 => 1, _ => 0 }, align_corners ?? false);
            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false) => Call("affine_grid_generator", theta, size, align_corners);

            public static Tensor interpolate(Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null, bool recompute_scale_factor = false, bool antialias = false)
            {
                var spatial = x.shape[2..];
                if ((size is null) == (scale_factor is null))
                {
                    throw new ArgumentException("interpolate takes either size or scale_factor.");
                }

                var target = Repeat(size, spatial.Length) ?? [.. spatial.Zip(Repeat(scale_factor, spatial.Length)!, (length, factor) => (long)Math.Floor(length * factor))];
                // The given factor places the samples, unless it shall be recomputed from the sizes.
                var factors = recompute_scale_factor ? null : Repeat(scale_factor, spatial.Length);
                if (mode == InterpolationMode.Area)
                {
                    return Call($"adaptive_avg_pool{spatial.Length}d", x, target);
                }

                var name = (mode, spatial.Length) switch
                {
                    (InterpolationMode.Nearest, >= 1 and <= 3) => $"upsample_nearest{spatial.Length}d",
                    (InterpolationMode.NearestExact, >= 1 and <= 3) => $"_upsample_nearest_exact{spatial.Length}d",
                    (InterpolationMode.Linear, 1) => "upsample_linear1d",
                    (InterpolationMode.Bilinear, 2) => antialias ? "_upsample_bilinear2d_aa" : "upsample_bilinear2d",
                    (InterpolationMode.Bicubic, 2) => antialias ? "_upsample_bicubic2d_aa" : "upsample_bicubic2d",
                    (InterpolationMode.Trilinear, 3) => "upsample_trilinear3d",
                    _ => throw new ArgumentException($"Interpolation {mode} does not fit an input of {x.ndim} dimensions: [{string.Join(", ", x.shape)}]."),
                };
                return mode is InterpolationMode.Nearest or InterpolationMode.NearestExact
                    ? Call(name, [x, target, .. Factors(factors, spatial.Length)])
                    : Call(name, [x, target, align_corners ?? false, .. Factors(factors, spatial.Length)]);
            }

            private static Argument[] Factors(double[]? factors, int count) => [.. Enumerable.Range(0, count).Select(i => factors is null ? Argument.None : (Argument)factors[i])];

            private static T[]? Repeat<T>(T[]? values, int count) => values is { Length: 1 } ? [.. Enumerable.Repeat(values[0], count)] : values;

            private static string Name(PaddingModes mode) => mode switch
            {
                PaddingModes.Reflect => "reflect",
                PaddingModes.Replicate => "replicate",
                PaddingModes.Circular => "circular",
                _ => "constant",
            };
        }
    }
}
