using Microsoft.ML.MedicalSegmentation.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Adam, and AdamW with decoupled weight decay; see <see cref="OptimizerKind"/>.</summary>
internal sealed class AdamOptimizer : WeightOptimizer
{
    private const double Epsilon = 1e-8;

    private readonly OptimizationOptions _options;
    private readonly Tensor _steps;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Scalar _keptMean;
    private readonly Scalar _newMean;
    private readonly Scalar _keptSquare;
    private readonly Scalar _newSquare;
    private readonly Scalar _epsilon = Epsilon.ToScalar();
    private readonly Scalar _decay;
    private double _rate;

    public AdamOptimizer(OptimizationOptions options, IEnumerable<Parameter> parameters)
        : base(parameters)
    {
        _options = options;
        (_steps, _means, _squares) = (Counts("steps"), Zeros("mean"), Zeros("square"));
        (_keptMean, _newMean) = (options.AdamBeta1.ToScalar(), (1 - options.AdamBeta1).ToScalar());
        (_keptSquare, _newSquare) = (options.AdamBeta2.ToScalar(), (1 - options.AdamBeta2).ToScalar());
        _decay = options.WeightDecay.ToScalar();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        foreach (var number in new[] { _keptMean, _newMean, _keptSquare, _newSquare, _epsilon, _decay })
        {
            number.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void Begin(double rate) => _rate = rate;

    /// <inheritdoc/>
    protected override void Change(int index, Parameter parameter, Tensor gradient)
    {
        var steps = ++_steps.data<long>()[index];
        if (_options.Optimizer == OptimizerKind.AdamW)
        {
            using var kept = (1 - (_rate * _options.WeightDecay)).ToScalar();
            parameter.mul_(kept);
        }
        else if (_options.WeightDecay != 0)
        {
            gradient = gradient.add(parameter, _decay);
        }

        _means[index].mul_(_keptMean).add_(gradient, _newMean);
        _squares[index].mul_(_keptSquare).addcmul_(gradient, gradient, _newSquare);
        using var correction = Math.Sqrt(1 - Math.Pow(_options.AdamBeta2, steps)).ToScalar();
        using var size = (-_rate / (1 - Math.Pow(_options.AdamBeta1, steps))).ToScalar();
        var root = _squares[index].sqrt().div_(correction).add_(_epsilon, HeldNumbers.One);
        parameter.addcdiv_(_means[index], root, size);
    }
}
