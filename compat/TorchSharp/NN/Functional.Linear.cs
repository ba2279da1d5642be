// Stands in for the linear maps and attention of torch.nn.functional.
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Call("linear", input, weights, bias);
            public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias = null) => Call("bilinear", input1, input2, weight, bias);
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Call("one_hot", x, num_classes);
            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1E-08) => Call("cosine_similarity", x1, x2, dim, eps);

            /// <summary>Written out, as libtorch before 2.0 has no operator for it.</summary>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (attn_mask is not null && is_casual)
                {
                    throw new ArgumentException("scaled_dot_product_attention takes either attn_mask or is_casual, not both.");
                }

                using var scope = NewDisposeScope();
                var scores = query.div(Math.Sqrt(query.size(-1))).matmul(key.transpose(-2, -1));
                var mask = is_casual ? ones(query.size(-2), key.size(-2), ScalarType.Bool, query.device).tril() : attn_mask;
                if (mask is not null)
                {
                    scores = mask.dtype == ScalarType.Bool ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity) : scores.add(mask);
                }

                return dropout(scores.softmax(-1), p).matmul(value).MoveToOuterDisposeScope();
            }
        }
    }
}
