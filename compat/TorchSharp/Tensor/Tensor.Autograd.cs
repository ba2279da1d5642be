// Stands in for the gradients of torch.Tensor.
using static TorchSharp.PInvoke.NativeMethods;
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => mst_requires_grad(Handle) != 0;
            set => Check(mst_set_requires_grad(Handle, value ? 1 : 0));
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public bool is_leaf => mst_is_leaf(Handle) != 0;

        public unsafe Tensor? grad
        {
            get
            {
                nint result;
                Check(mst_grad(Handle, &result));
                return result == 0 ? null : new Tensor(result);
            }
            set
            {
                Check(mst_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(value);
            }
        }

        public void retain_grad() => Call("retain_grad", this);

        public void backward() => autograd.backward(this);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward(this, grad_tensors, retain_graph, create_graph, inputs);

        public Tensor detach() => Call("detach", this);

        public Tensor detach_() => InPlace("detach_", this);
    }
}
