// Stands in for the element-wise functions of torch.Tensor.
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Call("abs", this);
        public Tensor neg() => Call("neg", this);
        public Tensor sign() => Call("sign", this);
        public Tensor exp() => Call("exp", this);
        public Tensor exp2() => Call("exp2", this);
        public Tensor expm1() => Call("expm1", this);
        public Tensor log() => Call("log", this);
        public Tensor log2() => Call("log2", this);
        public Tensor log10() => Call("log10", this);
        public Tensor log1p() => Call("log1p", this);
        public Tensor sqrt() => Call("sqrt", this);
        public Tensor rsqrt() => Call("rsqrt", this);
        public Tensor square() => Call("square", this);
        public Tensor reciprocal() => Call("reciprocal", this);
        public Tensor sin() => Call("sin", this);
        public Tensor cos() => Call("cos", this);
        public Tensor tan() => Call("tan", this);
        public Tensor asin() => Call("asin", this);
        public Tensor acos() => Call("acos", this);
        public Tensor atan() => Call("atan", this);
        public Tensor sinh() => Call("sinh", this);
        public Tensor cosh() => Call("cosh", this);
        public Tensor tanh() => Call("tanh", this);
        public Tensor erf() => Call("erf", this);
        public Tensor erfc() => Call("erfc", this);
        public Tensor sigmoid() => Call("sigmoid", this);
        public Tensor relu() => Call("relu", this);
        public Tensor floor() => Call("floor", this);
        public Tensor ceil() => Call("ceil", this);
        public Tensor trunc() => Call("trunc", this);
        public Tensor frac() => Call("frac", this);
        public Tensor isnan() => Call("isnan", this);
        public Tensor isinf() => Call("isinf", this);
        public Tensor isfinite() => Call("isfinite", this);
        public Tensor logical_not() => Call("logical_not", this);
        public Tensor bitwise_not() => Call("bitwise_not", this);
        public Tensor relu6() => Call("relu6", this);
        public Tensor silu() => Call("silu", this);
        public Tensor gelu() => Call("gelu", this);
        public Tensor log_sigmoid() => Call("log_sigmoid", this);
        public Tensor abs_() => InPlace("abs_", this);
        public Tensor neg_() => InPlace("neg_", this);
        public Tensor exp_() => InPlace("exp_", this);
        public Tensor log_() => InPlace("log_", this);
        public Tensor sqrt_() => InPlace("sqrt_", this);
        public Tensor rsqrt_() => InPlace("rsqrt_", this);
        public Tensor sigmoid_() => InPlace("sigmoid_", this);
        public Tensor tanh_() => InPlace("tanh_", this);
        public Tensor relu_() => InPlace("relu_", this);
        public Tensor floor_() => InPlace("floor_", this);
        public Tensor ceil_() => InPlace("ceil_", this);
        public Tensor reciprocal_() => InPlace("reciprocal_", this);
        public Tensor silu_() => InPlace("silu_", this);
        public Tensor round(long decimals = 0) => Call("round.decimals", this, decimals);
        public Tensor round_(long decimals = 0) => InPlace("round_.decimals", this, decimals);
        public Tensor atan2(Tensor other) => Call("atan2", this, other);
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Call("clamp", this, min, max);
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Call("clamp.Tensor", this, min, max);
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => InPlace("clamp_", this, min, max);
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => InPlace("clamp_.Tensor", this, min, max);
        public Tensor clamp_min(Scalar min) => Call("clamp_min", this, min);
        public Tensor clamp_max(Scalar max) => Call("clamp_max", this, max);
        public Tensor clamp_min_(Scalar min) => InPlace("clamp_min_", this, min);
        public Tensor clamp_max_(Scalar max) => InPlace("clamp_max_", this, max);
        public Tensor leaky_relu(Scalar negative_slope) => Call("leaky_relu", this, negative_slope);
        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) => Call("nan_to_num", this, nan, posinf, neginf);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Call("softmax.int", this, dim, dtype);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Call("log_softmax.int", this, dim, dtype);
    }
}
