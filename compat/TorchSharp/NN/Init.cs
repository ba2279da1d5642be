// Stands in for torch.nn.init: the first values of parameters.

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class init
        {
            public static Tensor zeros_(Tensor tensor) => Apply(tensor, t => t.zero_());
            public static Tensor ones_(Tensor tensor) => Apply(tensor, t => t.fill_(1));
            public static Tensor constant_(Tensor tensor, Scalar val) => Apply(tensor, t => t.fill_(val));
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) => Apply(tensor, t => t.uniform_(low, high, generator));
            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) => Apply(tensor, t => t.normal_(mean, std, generator));
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1) => Apply(tensor, t => Symmetric(t, Math.Sqrt(3) * XavierDeviation(t, gain)));
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1) => Apply(tensor, t => t.normal_(0, XavierDeviation(t, gain)));
            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0, nn.init.FanInOut mode = nn.init.FanInOut.FanIn, nn.init.NonlinearityType nonlinearity = nn.init.NonlinearityType.LeakyReLU) => Apply(tensor, t => Symmetric(t, Math.Sqrt(3) * KaimingDeviation(t, a, mode, nonlinearity)));
            public static Tensor kaiming_normal_(Tensor tensor, double a = 0, nn.init.FanInOut mode = nn.init.FanInOut.FanIn, nn.init.NonlinearityType nonlinearity = nn.init.NonlinearityType.LeakyReLU) => Apply(tensor, t => t.normal_(0, KaimingDeviation(t, a, mode, nonlinearity)));

            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                var shape = tensor.shape;
                if (shape.Length < 2)
                {
                    throw new ArgumentException("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
                }

                var field = shape[2..].Aggregate(1L, (product, size) => product * size);
                return (shape[1] * field, shape[0] * field);
            }

            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3,
                NonlinearityType.ReLU => Math.Sqrt(2),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + param * param)),
                _ => 1,
            };

            public enum FanInOut
            {
                FanIn = 0, FanOut = 1,
            }

            public enum NonlinearityType
            {
                Linear = 0, Conv1D = 1, Conv2D = 2, Conv3D = 3, ConvTranspose1D = 4, ConvTranspose2D = 5, ConvTranspose3D = 6, Sigmoid = 7, Tanh = 8, ReLU = 9, LeakyReLU = 10,
            }

            private static Tensor Apply(Tensor tensor, Func<Tensor, Tensor> fill)
            {
                using var _ = no_grad();
                return fill(tensor);
            }

            private static Tensor Symmetric(Tensor tensor, double bound) => tensor.uniform_(-bound, bound);

            private static double XavierDeviation(Tensor tensor, double gain)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return gain * Math.Sqrt(2.0 / (fanIn + fanOut));
            }

            private static double KaimingDeviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return calculate_gain(nonlinearity, a) / Math.Sqrt(mode == FanInOut.FanIn ? fanIn : fanOut);
            }
        }
    }
}
