// Stands in for torch.nn.utils.clip_grad_norm_ and clip_grad_value_.
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales the gradients so that their common norm is at most <paramref name="max_norm"/>; gives the norm before.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                Tensor[] grads = [.. tensors.Select(tensor => tensor.grad).OfType<Tensor>()];
                if (grads.Length == 0)
                {
                    return 0;
                }

                Tensor[] norms = [.. grads.Select(grad => PInvoke.Operators.Call("norm.Scalar", grad, norm_type))];
                var total = PInvoke.Operators.Call("norm.Scalar", stack(norms), norm_type).Number<double>();
                var scale = max_norm / (total + 1e-6);
                if (scale < 1)
                {
                    foreach (var grad in grads)
                    {
                        grad.mul_(scale);
                    }
                }

                return total;
            }

            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var _ = no_grad();
                foreach (var tensor in tensors)
                {
                    using var grad = tensor.grad;
                    grad?.clamp_(-clip_value, clip_value);
                }
            }
        }
    }
}
