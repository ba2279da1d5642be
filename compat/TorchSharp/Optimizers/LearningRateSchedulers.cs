// Stands in for torch.optim.lr_scheduler: learning rates that change with the epoch. Each scheduler takes its first step
// when it is made.
namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new FromFirst(optimizer, lr_lambda, last_epoch, verbose);

            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new FromBefore(optimizer, (epoch, _, rate) => epoch == 0 || epoch % step_size != 0 ? rate : rate * gamma, last_epoch, verbose);

            public static LRScheduler MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new FromBefore(optimizer, (epoch, _, rate) => milestones.Contains(epoch) ? rate * gamma : rate, last_epoch, verbose);

            public static LRScheduler ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new FromBefore(optimizer, (epoch, _, rate) => epoch == 0 ? rate : rate * gamma, last_epoch, verbose);

            public static LRScheduler PolynomialLR(Optimizer optimizer, int total_iters = 5, double power = 1, int last_epoch = -1, bool verbose = false) =>
                new FromBefore(optimizer, (epoch, _, rate) => epoch == 0 || epoch > total_iters
                    ? rate
                    : rate * Math.Pow((1 - (double)epoch / total_iters) / (1 - (double)(epoch - 1) / total_iters), power), last_epoch, verbose);

            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) =>
                new FromBefore(optimizer, (epoch, first, rate) =>
                {
                    if (epoch == 0)
                    {
                        return rate;
                    }

                    // At the trough the ratio of neighbours below has no value.
                    return (epoch - 1 - T_max) % (2 * T_max) == 0
                        ? rate + (first - eta_min) * (1 - Math.Cos(Math.PI / T_max)) / 2
                        : (1 + Math.Cos(Math.PI * epoch / T_max)) / (1 + Math.Cos(Math.PI * (epoch - 1) / T_max)) * (rate - eta_min) + eta_min;
                }, last_epoch, verbose);

            public abstract class LRScheduler
            {
                protected int _step_count;

                private readonly ILearningRateController[] groups;
                private readonly double[] first;
                private readonly bool verbose;
                private double[] last;
                private int epoch;

                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    groups = [.. optimizer.ParamGroups];
                    first = [.. groups.Select(group => group.InitialLearningRate)];
                    last = [.. groups.Select(group => group.LearningRate)];
                    epoch = last_epoch;
                    this.verbose = verbose;
                }

                public virtual void step() => step(null);

                public virtual void step(int? epoch)
                {
                    _step_count++;
                    this.epoch = epoch ?? this.epoch + 1;
                    var rates = get_lr().ToArray();
                    for (var i = 0; i < rates.Length; i++)
                    {
                        if (verbose && rates[i] != last[i])
                        {
                            Console.WriteLine($"Adjusting learning rate to {rates[i]}");
                        }

                        groups[i].LearningRate = rates[i];
                    }

                    last = rates;
                }

                public virtual void step(double current, int? epoch = null) => step(epoch);

                public IEnumerable<double> get_last_lr() => last;

                protected virtual IEnumerable<double> get_lr() => groups.Select((group, i) => Rate(epoch, first[i], group.LearningRate));

                private protected virtual double Rate(int epoch, double first, double before) => before;
            }

            /// <summary>A multiple of the first rate.</summary>
            private sealed class FromFirst : LRScheduler
            {
                private readonly Func<int, double> factor;

                internal FromFirst(Optimizer optimizer, Func<int, double> factor, int last_epoch, bool verbose) : base(optimizer, last_epoch, verbose)
                {
                    this.factor = factor;
                    step();
                }

                private protected override double Rate(int epoch, double first, double before) => first * factor(epoch);
            }

            /// <summary>What becomes of the rate of the epoch before, by epoch, first rate and that rate.</summary>
            private sealed class FromBefore : LRScheduler
            {
                private readonly Func<int, double, double, double> next;

                internal FromBefore(Optimizer optimizer, Func<int, double, double, double> next, int last_epoch, bool verbose) : base(optimizer, last_epoch, verbose)
                {
                    this.next = next;
                    step();
                }

                private protected override double Rate(int epoch, double first, double before) => next(epoch, first, before);
            }
        }
    }
}
