using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <summary>
/// The reading of <see cref="TensorExpression"/> that computes on parts of an image, each on a device of its own, and gives what the whole
/// image would give.
/// </summary>
/// <remarks>
/// <para>
/// Windows read halos from the parts around, and what the undivided operation puts around the image at its border only. Sums over positions
/// are sums of the parts' sums. What is the same for all positions is held by every device. Products over positions add up over parts where
/// positions are summed; where every position meets every other one, the smaller factor is brought together on each part, up to a limit.
/// What cannot be computed by parts is refused by name; a plan of the pass finds it before anything is computed.
/// </para>
/// <para>
/// Gradients come from libtorch, through the joins, cuts and copies between devices.
/// Hou et al. 2019, High Resolution Medical Image Analysis with Spatial Partitioning, https://arxiv.org/abs/1909.03108.
/// Differs: parts may be of unequal sizes, and norms and attention are those of the whole image.
/// </para>
/// </remarks>
internal sealed partial class PartitionedExpression : TensorExpression
{
    private readonly PartitionedPass _pass;
    private readonly PartLayout _layout;

    // One per part; null in a plan.
    private readonly TorchExpression[]? _parts;

    // A rectifier still to be applied, where a halo is wanted to the halo too: so one tensor is kept for the gradients, not one without and
    // one with the halo.
    private readonly Func<TensorExpression, TensorExpression>? _rectify;
    private readonly TorchExpression?[] _rectified;

    private PartitionedExpression(
        PartitionedPass pass, PartLayout layout, TorchExpression[]? parts, Func<TensorExpression, TensorExpression>? rectify = null)
        : base(layout.Shape)
    {
        (_pass, _layout, _parts, _rectify) = (pass, layout, parts, rectify);
        _rectified = rectify is null ? [] : new TorchExpression?[pass.Grid.Count];
    }

    /// <summary>How the value is divided.</summary>
    public PartLayout Layout => _layout;

    /// <summary>Divides an image [N, C, S] along its spatial axes.</summary>
    /// <param name="pass">Says which parts there are.</param>
    /// <param name="shape">Of the image.</param>
    /// <param name="bounds">For each spatial axis, the first position of each part and the end of the last.</param>
    /// <param name="image">The image on any device; null in a plan.</param>
    public static PartitionedExpression Input(PartitionedPass pass, TensorShape shape, IReadOnlyList<long[]> bounds, Tensor? image)
    {
        var layout = PartLayout.Whole(shape);
        for (var axis = 0; axis < bounds.Count; axis++)
        {
            layout = bounds[axis].Length > 2 ? layout.With(axis + 2, [new PositionRun(shape[axis + 2], axis, bounds[axis])]) : layout;
        }

        return new(pass, layout, image is null ? null : pass.Each(layout, part =>
        {
            var tensor = image;
            for (var dimension = 0; dimension < layout.Rank; dimension++)
            {
                if (layout.IsDividedAlong(dimension))
                {
                    var (from, to) = layout[dimension][0].On(pass.Grid.CoordinatesOf(part));
                    tensor = tensor.narrow(dimension, from, to - from);
                }
            }

            return new TorchExpression(PartReader.OnDevice(tensor, pass.Grid.DeviceOf(part)), pass.Precision);
        }));
    }

    /// <summary>What a part holds, on its device.</summary>
    public Tensor TensorOf(int part) => Part(part).Tensor;

    /// <summary>The whole value on the home device.</summary>
    public Tensor Assembled()
    {
        var whole = PartLayout.Whole(Shape);
        return Moved(PartLayout.Pairs(_layout, whole) ?? [], whole.SizesOn([]), 0, Part).Tensor;
    }

    /// <summary>All tensors of the value.</summary>
    public IEnumerable<Tensor> Tensors => (_parts ?? []).Concat(_rectified.OfType<TorchExpression>()).Select(part => part.Tensor);

    private protected override TensorExpression ComputeWeight(Tensor parameter, TensorShape result)
    {
        var layout = PartLayout.Whole(result);
        return new PartitionedExpression(_pass, layout, _pass.Each(layout, part => Local(OnDeviceOf(part, parameter))));
    }

    /// <inheritdoc/>
    public override ExpressionScope OpenScope() => new PartitionedScope();

    /// <summary>Shows nothing: explanations run on one device.</summary>
    public override TensorExpression Shown(torch.nn.Module layer, string name) => this;

    /// <summary>Shows nothing: explanations run on one device.</summary>
    public override void ShowMap(torch.nn.Module layer, string name, Func<TensorExpression> map)
    {
    }

    private static PartitionedExpression Of(TensorExpression value) => value is PartitionedExpression divided
        ? divided
        : throw new ArgumentException($"Parts and a {value.GetType().Name} cannot be combined. Make every value from the network's input.");

    private TorchExpression Local(Tensor tensor) => new(tensor, _pass.Precision);

    private Tensor OnDeviceOf(int part, Tensor tensor) => PartReader.OnDevice(tensor, _pass.Grid.DeviceOf(part));

    private PartitionedExpression Give(PartLayout layout, Func<int, TensorExpression> compute)
    {
        _pass.CountResult(layout);
        return new(_pass, layout, _pass.Each(layout, compute));
    }

    private PartitionedExpression Same(Func<TensorExpression, TensorExpression> compute) => Give(_layout, part => compute(Part(part)));

    private TorchExpression Part(int part)
    {
        if (_parts is null)
        {
            throw new InvalidOperationException("A plan of a partitioned pass holds no numbers.");
        }

        if (_rectify is null)
        {
            return _parts[part];
        }

        var first = _pass.Grid.Representative(_layout, part);
        if (_rectified[first] is { } rectified)
        {
            return rectified;
        }

        using var scope = torch.NewDisposeScope();
        return _rectified[first] = WithBase((TorchExpression)_rectify(_parts[first]), first);
    }

    // It lives as long as what it was computed from. TorchSharp loses a tensor that is moved to the scope in which it is, so callers open
    // one.
    private TorchExpression WithBase(TorchExpression rectified, int part)
    {
        rectified.Tensor.MoveToOtherDisposeScope((_parts ?? [])[part].Tensor);
        return rectified;
    }

    /// <summary>The elements of a box, whose dimensions are those of the value, as a part reads them.</summary>
    /// <param name="part">The part that reads.</param>
    /// <param name="wanted">
    /// From where to where along each dimension; null for what the part has. Only dimensions of one divided run may be given.
    /// </param>
    /// <param name="fill">What stands beyond the value.</param>
    private TorchExpression Box(int part, (long From, long To)?[] wanted, double fill)
    {
        var coordinates = _pass.Grid.CoordinatesOf(part);
        var own = Enumerable.Range(0, _layout.Rank).Select(at => wanted[at] is null ? default : _layout[at][0].On(coordinates)).ToArray();
        if (Enumerable.Range(0, own.Length).All(at => wanted[at] is not { } range || range == own[at]))
        {
            return Part(part);
        }

        using var scope = torch.NewDisposeScope();

        // A rectifier keeps the zeros beyond the border, but no other number.
        var rectifiesBox = _rectify is not null && fill == 0;
        var runs = Enumerable.Range(0, _layout.Rank).SelectMany(at => _layout[at].Select(run => (Run: run, Wanted: wanted[at]))).ToList();
        var reader = new PartReader(
            _pass.Grid,
            [.. runs.Select(entry => entry.Run)],
            other => AsRuns(rectifiesBox ? (_parts ?? [])[other] : Part(other), other)
        );
        var box = reader.Read(part, [.. runs.Select(entry => entry.Wanted ?? entry.Run.On(coordinates))], fill);
        var sizes = _layout.SizesOn(coordinates);
        for (var at = 0; at < sizes.Length; at++)
        {
            sizes[at] = wanted[at] is { } range ? range.To - range.From : sizes[at];
        }

        var read = Local(box.shape.AsSpan().SequenceEqual(sizes) ? box : box.reshape(sizes));
        var result = rectifiesBox ? Rectified(read, part, wanted, own) : read;
        scope.MoveToOuter(result.Tensor);
        return result;
    }

    // What the part itself holds is then a view of the rectified box.
    private TorchExpression Rectified(
        TorchExpression box,
        int part,
        (long From, long To)?[] wanted,
        (long From, long To)[] own
    )
    {
        var result = (TorchExpression)(_rectify ?? throw new InvalidOperationException("There is no rectifier."))(box);
        var first = _pass.Grid.Representative(_layout, part);
        if (
            _rectified[first] is null
            && Enumerable
                .Range(0, own.Length)
                .All(at => wanted[at] is not { } range || (range.From <= own[at].From && range.To >= own[at].To))
        )
        {
            TensorExpression view = result;
            for (var at = 0; at < own.Length; at++)
            {
                view = wanted[at] is { } range ? view.Slice(at, own[at].From - range.From, own[at].To - own[at].From) : view;
            }

            _rectified[first] = WithBase((TorchExpression)view, first);
        }

        return result;
    }

    private Tensor AsRuns(TorchExpression value, int part)
    {
        var coordinates = _pass.Grid.CoordinatesOf(part);
        long[] sizes = [.. _layout.Runs.Select(run => run.On(coordinates)).Select(range => range.To - range.From)];
        return value.Tensor.shape.AsSpan().SequenceEqual(sizes) ? value.Tensor : value.Tensor.reshape(sizes);
    }

    private sealed class PartitionedScope : ExpressionScope
    {
        private readonly DisposeScope _scope = torch.NewDisposeScope();

        public override TensorExpression Keep(TensorExpression value)
        {
            _scope.MoveToOuter(Of(value).Tensors);
            return value;
        }

        protected override void Dispose(bool disposing) => _scope.Dispose();
    }
}
