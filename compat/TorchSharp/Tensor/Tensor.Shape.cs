// Stands in for the views and rearrangements of torch.Tensor.
using static TorchSharp.PInvoke.NativeMethods;
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Call("view", this, shape);
        public Tensor reshape(params long[] shape) => Call("reshape", this, shape);
        public Tensor repeat(params long[] sizes) => Call("repeat", this, sizes);
        public Tensor flip(params long[] dims) => Call("flip", this, dims);
        public Tensor permute(params long[] permutation) => Call("permute", this, permutation);
        public Tensor permute(IEnumerable<long> permutation) => permute([.. permutation]);
        public Tensor view_as(Tensor other) => Call("view_as", this, other);
        public Tensor expand_as(Tensor other) => Call("expand_as", this, other);
        public Tensor type_as(Tensor tensor) => Call("type_as", this, tensor);
        public Tensor transpose(long dim0, long dim1) => Call("transpose.int", this, dim0, dim1);
        public Tensor transpose_(long dim0, long dim1) => InPlace("transpose_", this, dim0, dim1);
        public Tensor t() => Call("t", this);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Call("flatten.using_ints", this, start_dim, end_dim);
        public Tensor unflatten(long dim, params long[] sizes) => reshape([.. shape[..Wrap(dim)], .. sizes, .. shape[(Wrap(dim) + 1)..]]);
        public Tensor squeeze(long? dim = null) => dim is long only ? Call("squeeze.dim", this, only) : Call("squeeze", this);
        public Tensor squeeze_(long? dim = null) => dim is long only ? InPlace("squeeze_.dim", this, only) : InPlace("squeeze_", this);
        public Tensor unsqueeze(long dim) => Call("unsqueeze", this, dim);
        public Tensor unsqueeze_(long dim) => InPlace("unsqueeze_", this, dim);
        public Tensor expand(params long[] sizes) => Call("expand", this, sizes);
        public Tensor expand(long[] sizes, bool isImplicit = false) => Call("expand", this, sizes, isImplicit);
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Call("expand", this, sizes.ToArray(), isImplicit);
        public Tensor broadcast_to(params long[] shape) => Call("broadcast_to", this, shape);
        public Tensor tile(long[] reps) => Call("tile", this, reps);
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) => Call("repeat_interleave.self_int", this, repeats, dim, output_size);
        public Tensor movedim(long[] source, long[] destination) => Call("movedim.intlist", this, source, destination);
        public Tensor roll(long shifts, long? dims = null) => Call("roll", this, new[] { shifts }, dims is long only ? [only] : Array.Empty<long>());
        public Tensor roll(long[] shifts) => Call("roll", this, shifts);
        public Tensor roll(long[] shifts, long[] dims) => Call("roll", this, shifts, dims);
        public Tensor roll((long, long) shifts, (long, long) dims) => roll([shifts.Item1, shifts.Item2], [dims.Item1, dims.Item2]);
        public Tensor roll((long, long, long) shifts, (long, long, long) dims) => roll([shifts.Item1, shifts.Item2, shifts.Item3], [dims.Item1, dims.Item2, dims.Item3]);
        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) => roll(shifts.ToArray(), dims.ToArray());
        public Tensor[] split(long size, int dim = 0) => CallList("split.Tensor", Parts(dim, size), this, size, dim);
        public Tensor[] split(long[] sizes, long dim = 0) => CallList("split_with_sizes", sizes.Length, this, sizes, dim);
        public Tensor[] split(params long[] sizes) => split(sizes, 0);
        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => split(sizes.ToArray(), dim);
        public Tensor[] chunk(long chunks, long dim = 0) => CallList("chunk", chunks, this, chunks, dim);
        public Tensor[] unbind(long dimension = 0) => CallList("unbind.int", size((int)dimension), this, dimension);
        public Tensor tril(long diagonal = 0) => Call("tril", this, diagonal);
        public Tensor triu(long diagonal = 0) => Call("triu", this, diagonal);
        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Call("diagonal", this, offset, dim1, dim2);
        public Tensor unfold(long dimension, long size, long step) => Call("unfold", this, dimension, size, step);
        public Tensor contiguous() => Call("contiguous", this);
        public Tensor clone() => Call("clone", this);
        public Tensor alias() => new(mst_share(Handle));

        public Tensor T => Call("numpy_T", this);

        public Tensor mT => Call("mT", this);

        private int Wrap(long dim) => (int)(dim < 0 ? dim + ndim : dim);

        private long Parts(long dim, long part) => part <= 0 ? 1 : Math.Max(1, (size((int)dim) + part - 1) / part);
    }
}
