// What Adam (https://arxiv.org/abs/1412.6980) and AdamW (https://arxiv.org/abs/1711.05101) share. The real classes have both
// as nested public classes of their own, which nothing here needs.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The numbers of Adam and AdamW; null takes the default of the optimiser.</summary>
internal sealed class AdamOptions : OptimizerOptions
{
    public double? beta1;
    public double? beta2;
    public double? weight_decay;
    public double? eps;
    public bool? amsgrad;
    public bool? maximize;

    /// <summary>The options of an optimiser.</summary>
    /// <exception cref="ArgumentException">One of them is out of its range.</exception>
    public static AdamOptions Checked(string optimizer, double lr, double beta1, double beta2, double eps, double weight_decay, bool amsgrad, bool maximize) =>
        lr < 0 || beta1 is < 0 or >= 1 || beta2 is < 0 or >= 1 || eps < 0 || weight_decay < 0
            ? throw new ArgumentException($"Invalid options of {optimizer}: lr {lr}, beta1 {beta1}, beta2 {beta2}, eps {eps}, weight_decay {weight_decay}.")
            : new() { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize };

    public (double, double) Betas
    {
        get => (beta1 ?? 0, beta2 ?? 0);
        set => (beta1, beta2) = value;
    }

    public override void SaveStateDict(BinaryWriter writer)
    {
        base.SaveStateDict(writer);
        foreach (var number in (double?[])[beta1, beta2, eps, weight_decay])
        {
            writer.Write(number ?? 0);
        }

        writer.Write(amsgrad == true);
        writer.Write(maximize == true);
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        base.LoadStateDict(reader);
        (beta1, beta2, eps, weight_decay) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        (amsgrad, maximize) = (reader.ReadBoolean(), reader.ReadBoolean());
    }

    public override void LoadStateDict(OptimizerOptions source)
    {
        base.LoadStateDict(source);
        var from = (AdamOptions)source;
        (beta1, beta2, eps, weight_decay, amsgrad, maximize) = (from.beta1, from.beta2, from.eps, from.weight_decay, from.amsgrad, from.maximize);
    }

    internal override OptimizerOptions Empty() => new AdamOptions();

    internal override void FillFrom(OptimizerOptions defaults)
    {
        base.FillFrom(defaults);
        var from = (AdamOptions)defaults;
        beta1 ??= from.beta1;
        beta2 ??= from.beta2;
        eps ??= from.eps;
        weight_decay ??= from.weight_decay;
        amsgrad ??= from.amsgrad;
        maximize ??= from.maximize;
    }

    internal override OptimizerState NewState(Parameter parameter) => new AdamState(parameter);
}

/// <summary>Running averages of the gradients of one parameter and of their squares.</summary>
internal sealed class AdamState : OptimizerState, IDisposable
{
    private long step;
    private Tensor exp_avg = null!;
    private Tensor exp_avg_sq = null!;
    private Tensor? max_exp_avg_sq;

    public AdamState(Parameter parameter) : base(parameter)
    {
    }

    public override void Initialize(OptimizerOptions options)
    {
        Dispose();
        step = 0;
        exp_avg = zeros_like(_parameter).DetachFromDisposeScope();
        exp_avg_sq = zeros_like(_parameter).DetachFromDisposeScope();
        max_exp_avg_sq = ((AdamOptions)options).amsgrad == true ? zeros_like(_parameter).DetachFromDisposeScope() : null;
    }

    /// <summary>Moves the parameters of a group by their gradients.</summary>
    /// <param name="group">Has options of Adam.</param>
    /// <param name="states">The states of its parameters.</param>
    /// <param name="decoupledDecay">Whether weights decay by themselves, as in AdamW, or through their gradients.</param>
    public static void Step(ParamGroup group, IReadOnlyDictionary<Parameter, OptimizerState> states, bool decoupledDecay)
    {
        var options = (AdamOptions)group.Options;
        var decay = options.weight_decay ?? 0;
        foreach (var parameter in group.Parameters)
        {
            using var grad = parameter.grad;
            if (grad is null)
            {
                continue;
            }

            var uphill = options.maximize == true ? grad.neg() : grad;
            if (decoupledDecay)
            {
                parameter.mul_(1 - group.LearningRate * decay);
            }
            else if (decay != 0)
            {
                uphill = uphill.add(parameter, decay);
            }

            ((AdamState)states[parameter]).Step(uphill, group.LearningRate, options);
        }
    }

    private void Step(Tensor grad, double rate, AdamOptions options)
    {
        var (beta1, beta2) = options.Betas;
        step++;
        exp_avg.mul_(beta1).add_(grad, 1 - beta1);
        exp_avg_sq.mul_(beta2).addcmul_(grad, grad, 1 - beta2);
        if (options.amsgrad == true)
        {
            using var before = max_exp_avg_sq;
            max_exp_avg_sq = maximum(before!, exp_avg_sq).DetachFromDisposeScope();
        }

        var (correction1, correction2) = (1 - Math.Pow(beta1, step), 1 - Math.Pow(beta2, step));
        using var denominator = (max_exp_avg_sq ?? exp_avg_sq).sqrt().div_(Math.Sqrt(correction2)).add_(options.eps ?? 0);
        _parameter.addcdiv_(exp_avg, denominator, -rate / correction1);
    }

    public override void SaveStateDict(BinaryWriter writer)
    {
        writer.Write(step);
        exp_avg.Save(writer);
        exp_avg_sq.Save(writer);
        SaveConditionalStateTensor(writer, max_exp_avg_sq);
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        step = reader.ReadInt64();
        exp_avg.Load(reader);
        exp_avg_sq.Load(reader);
        LoadConditionalStateTensor(reader, ref max_exp_avg_sq, exp_avg_sq.device);
    }

    public override void LoadStateDict(OptimizerState source)
    {
        var from = (AdamState)source;
        Dispose();
        step = from.step;
        exp_avg = CopyOf(from.exp_avg, _parameter.device);
        exp_avg_sq = CopyOf(from.exp_avg_sq, _parameter.device);
        max_exp_avg_sq = from.max_exp_avg_sq is null ? null : CopyOf(from.max_exp_avg_sq, _parameter.device);
    }

    public override bool ApproximatelyEquals(OptimizerState other) =>
        other is AdamState state && step == state.step && exp_avg.allclose(state.exp_avg) && exp_avg_sq.allclose(state.exp_avg_sq)
        && (max_exp_avg_sq is null || (state.max_exp_avg_sq is not null && max_exp_avg_sq.allclose(state.max_exp_avg_sq)));

    public override void to(Device device)
    {
        exp_avg = Elsewhere(exp_avg, device);
        exp_avg_sq = Elsewhere(exp_avg_sq, device);
        max_exp_avg_sq = max_exp_avg_sq is null ? null : Elsewhere(max_exp_avg_sq, device);
    }

    public void Dispose()
    {
        exp_avg?.Dispose();
        exp_avg_sq?.Dispose();
        max_exp_avg_sq?.Dispose();
    }
}
