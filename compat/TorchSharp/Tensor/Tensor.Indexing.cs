// Stands in for the indexers of torch.Tensor.
using TorchSharp.PInvoke;
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[params long[] indices]
        {
            get => index(Singles(indices));
            set => index_put_(value, Singles(indices));
        }

        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, TensorIndex.Single(i1));
        }

        public Tensor this[long i1, long i2]
        {
            get => index(Singles(i1, i2));
            set => index_put_(value, Singles(i1, i2));
        }

        public Tensor this[long i1, long i2, long i3]
        {
            get => index(Singles(i1, i2, i3));
            set => index_put_(value, Singles(i1, i2, i3));
        }

        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(Singles(i1, i2, i3, i4));
            set => index_put_(value, Singles(i1, i2, i3, i4));
        }

        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => index(Singles(i1, i2, i3, i4, i5));
            set => index_put_(value, Singles(i1, i2, i3, i4, i5));
        }

        public Tensor index(params Tensor[] indices) => Call("index.Tensor", this, Argument.Optional(indices));

        public Tensor index(params TensorIndex[] indices)
        {
            using var scope = NewDisposeScope();
            var (view, tensors) = View(indices);
            return (tensors.Length == 0 ? view : Call("index.Tensor", view, Argument.Optional(tensors))).MoveToOuterDisposeScope();
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => InPlace("index_put_", this, Argument.Optional(indices), value, accumulate);

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            using var scope = NewDisposeScope();
            var (view, tensors) = View(indices);
            if (tensors.Length == 0)
            {
                view.copy_(value);
            }
            else
            {
                InPlace("index_put_", view, Argument.Optional(tensors), value, false);
            }

            return this;
        }

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var number = Call("scalar_tensor", value, dtype, Argument.None, device);
            return index_put_(number, indices);
        }

        private static TensorIndex[] Singles(params long[] indices) => [.. indices.Select(i => TensorIndex.Single(i))];

        /// <summary>What singles, slices and new dimensions leave, and the tensors that index it further.</summary>
        private (Tensor View, Tensor?[] Tensors) View(TensorIndex[] indices)
        {
            var view = alias();
            var tensors = new List<Tensor?>();
            var dimension = 0L;
            var consuming = indices.Count(index => index.kind is not (TensorIndex.Kind.None or TensorIndex.Kind.Ellipsis));
            foreach (var index in indices)
            {
                switch (index.kind)
                {
                    case TensorIndex.Kind.None:
                        view = view.unsqueeze(dimension++);
                        break;
                    case TensorIndex.Kind.Single:
                        view = view.select(dimension, index.start ?? 0);
                        break;
                    case TensorIndex.Kind.Slice:
                        view = Call("slice.Tensor", view, dimension++, index.start, index.stop, index.step ?? 1);
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        dimension += ndim - consuming;
                        break;
                    case TensorIndex.Kind.Tensor:
                        while (tensors.Count < dimension)
                        {
                            tensors.Add(null);
                        }

                        tensors.Add(index.tensor);
                        dimension++;
                        break;
                }
            }

            return (view, [.. tensors]);
        }
    }
}
