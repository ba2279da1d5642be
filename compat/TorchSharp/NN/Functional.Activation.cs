// Stands in for the activations and dropouts of torch.nn.functional.
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? InPlace("relu_", x).alias() : Call("relu", x);
            public static Tensor relu6(Tensor x, bool inplace = false) => inplace ? InPlace("relu6_", x).alias() : Call("relu6", x);
            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? InPlace("silu_", x).alias() : Call("silu", x);
            public static Tensor selu(Tensor x, bool inplace = false) => inplace ? InPlace("selu_", x).alias() : Call("selu", x);
            public static Tensor mish(Tensor x, bool inplace = false) => inplace ? InPlace("mish_", x).alias() : Call("mish", x);
            public static Tensor hardsigmoid(Tensor input, bool inplace = false) => inplace ? InPlace("hardsigmoid_", input).alias() : Call("hardsigmoid", input);
            public static Tensor hardswish(Tensor input, bool inplace = false) => inplace ? InPlace("hardswish_", input).alias() : Call("hardswish", input);
            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? InPlace("tanh_", x).alias() : Call("tanh", x);
            public static Tensor sigmoid(Tensor x) => x.sigmoid();
            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? x.sigmoid_().alias() : x.sigmoid();
            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) => inplace ? InPlace("leaky_relu_", input, negative_slope).alias() : Call("leaky_relu", input, negative_slope);
            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => inplace ? InPlace("elu_", x, alpha).alias() : Call("elu", x, alpha);
            public static Tensor gelu(Tensor x) => Call("gelu", x);
            public static Tensor gelu(Tensor x, bool inplace) => inplace ? InPlace("gelu_", x).alias() : Call("gelu", x);
            public static Tensor glu(Tensor input, long dim = -1) => Call("glu", input, dim);
            public static Tensor prelu(Tensor input, Tensor weight) => Call("prelu", input, weight);
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => Call("softplus", x, beta, threshold);
            public static Tensor logsigmoid(Tensor x) => Call("log_sigmoid", x);
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) => inplace ? InPlace("dropout_", input, p, training).alias() : Call("dropout", input, p, training);
            public static Tensor dropout2d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) => inplace ? InPlace("feature_dropout_", input, p, training).alias() : Call("feature_dropout", input, p, training);
            public static Tensor dropout3d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) => inplace ? InPlace("feature_dropout_", input, p, training).alias() : Call("feature_dropout", input, p, training);
        }
    }
}
