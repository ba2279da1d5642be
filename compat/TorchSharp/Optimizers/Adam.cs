// Stands in for TorchSharp.Modules.Adam (https://arxiv.org/abs/1412.6980).
using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static Adam Adam(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static Adam Adam(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters.Select(named => named.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    using static torch;

    public class Adam : OptimizerHelper, optim.IBetas
    {
        public Adam(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        {
            Defaults = AdamOptions.Checked(nameof(Adam), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
            add_param_group(new ParamGroup { Parameters = parameters });
        }

        public (double, double) Betas
        {
            get => ((AdamOptions)Defaults).Betas;
            set => ((AdamOptions)Defaults).Betas = value;
        }

        public override Tensor? step(Func<Tensor>? closure = null) =>
            _step<ParamGroup>(group => AdamState.Step(group, States, decoupledDecay: false), closure);
    }
}
