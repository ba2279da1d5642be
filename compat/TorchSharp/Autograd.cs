// Stands in for torch.autograd, torch.no_grad and their kin: when gradients are recorded, and how they are computed.
using System.Runtime.InteropServices;
using static TorchSharp.PInvoke.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_grad_enabled() => mst_grad_enabled() != 0;

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => mst_inference_enabled() != 0;

    private sealed class GradMode : IDisposable
    {
        private readonly int before = mst_grad_enabled();

        internal GradMode(bool enabled) => mst_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => mst_set_grad_enabled(before);
    }

    private sealed class InferenceMode(bool mode) : IDisposable
    {
        private nint guard = Check(mst_inference_enter(mode ? 1 : 0));

        public void Dispose()
        {
            mst_inference_leave(guard);
            guard = 0;
        }
    }

    public static partial class autograd
    {
        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        public static unsafe void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            var (roots, grads, leaves) = (Handles(tensors), Handles(grad_tensors), Handles(inputs));
            fixed (nint* root = roots, grad = grads, leaf = leaves)
            {
                Check(mst_backward(root, grad_tensors is null ? null : grad, roots.Length, (retain_graph ?? create_graph) ? 1 : 0, create_graph ? 1 : 0, leaf, leaves.Length));
            }

            GC.KeepAlive((tensors, grad_tensors, inputs));
        }

        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var (roots, leaves, grads) = (Handles(outputs), Handles(inputs), Handles(grad_outputs));
            var results = new nint[leaves.Length];
            fixed (nint* root = roots, leaf = leaves, grad = grads, result = results)
            {
                Check(mst_gradients(root, roots.Length, leaf, leaves.Length, grad_outputs is null ? null : grad,
                    retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, result));
            }

            GC.KeepAlive((outputs, inputs, grad_outputs));
            // An input that the outputs do not depend on has no gradient, and an invalid tensor in its place.
            return [.. results.Select(handle => handle == 0 ? Undefined() : new Tensor(handle))];
        }

        private static Tensor Undefined()
        {
            var none = empty(0);
            none.Dispose();
            return none;
        }

        private static nint[] Handles(IList<Tensor>? tensors) => tensors is null ? [] : [.. tensors.Select(tensor => (nint)tensor.Handle)];
    }
}
