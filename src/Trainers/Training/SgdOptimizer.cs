using Microsoft.ML.MedicalSegmentation.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Gradient descent with Nesterov momentum; see <see cref="OptimizerKind.SgdNesterov"/>.</summary>
internal sealed class SgdOptimizer : WeightOptimizer
{
    private readonly Tensor[] _velocities;
    private readonly Scalar _decay;
    private readonly Scalar _momentum;
    private readonly bool _hasDecay;
    private readonly bool _hasMomentum;
    private Scalar _back = 0.0.ToScalar();

    public SgdOptimizer(OptimizationOptions options, IEnumerable<Parameter> parameters)
        : base(parameters)
    {
        _velocities = Zeros("velocity");
        (_decay, _momentum) = (options.WeightDecay.ToScalar(), options.Momentum.ToScalar());
        _hasDecay = options.WeightDecay != 0;
        _hasMomentum = options.Momentum != 0;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _decay.Dispose();
        _momentum.Dispose();
        _back.Dispose();
    }

    /// <inheritdoc/>
    protected override void Begin(double rate)
    {
        _back.Dispose();
        _back = (-rate).ToScalar();
    }

    /// <inheritdoc/>
    protected override void Change(int index, Parameter parameter, Tensor gradient)
    {
        gradient = _hasDecay ? gradient.add(parameter, _decay) : gradient;
        if (_hasMomentum)
        {
            _velocities[index].mul_(_momentum).add_(gradient, HeldNumbers.One);
            gradient = gradient.add(_velocities[index], _momentum);
        }

        parameter.add_(gradient, _back);
    }
}
