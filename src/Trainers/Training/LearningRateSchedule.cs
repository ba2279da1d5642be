using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How the learning rate changes from the first step to the last.</summary>
/// <remarks>
/// As text, in files and on command lines: its name, with its numbers where they are not the usual ones: "cosine", "step(0.25, 0.5)".
/// </remarks>
public sealed record LearningRateSchedule
{
    private readonly Func<double, double> _factor;
    private readonly string _text;

    private LearningRateSchedule(string key, Func<double, double> factor, params ReadOnlySpan<double> numbers)
    {
        Key = key;
        _factor = factor;
        _text = numbers.IsEmpty
            ? key
            : $"{key}({string.Join(", ", numbers.ToArray().Select(number => number.ToString("R", CultureInfo.InvariantCulture)))})";
    }

    /// <summary>Its name.</summary>
    public string Key { get; }

    /// <summary>(1 - t)^0.9, t running from 0 to 1: nnU-Net's.</summary>
    public static LearningRateSchedule Polynomial { get; } = PolynomialOf(0.9);

    /// <summary>The initial rate throughout.</summary>
    public static LearningRateSchedule Constant { get; } = new("constant", _ => 1);

    /// <summary>Half a cosine from the initial rate to 0. Loshchilov and Hutter 2016, https://arxiv.org/abs/1608.03983.</summary>
    public static LearningRateSchedule Cosine { get; } = new("cosine", t => (1 + Math.Cos(Math.PI * t)) / 2);

    /// <summary>Halved after each quarter, as the official Attention U-Net configuration does (every 250 of 1000 epochs).</summary>
    public static LearningRateSchedule Step { get; } = StepOf(0.25, 0.5);

    /// <summary>Every schedule with its usual numbers.</summary>
    public static IReadOnlyList<LearningRateSchedule> All { get; } = [Polynomial, Cosine, Step, Constant];

    /// <summary>(1 - t)^<paramref name="power"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The power is not above 0.</exception>
    public static LearningRateSchedule PolynomialOf(double power)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(power);
        return new("polynomial", t => Math.Pow(1 - t, power), power);
    }

    /// <summary>
    /// Multiplied by <paramref name="factor"/> each time that a fraction <paramref name="interval"/> of training is over.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not in (0, 1], or the factor is not above 0.</exception>
    public static LearningRateSchedule StepOf(double interval, double factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(interval);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(interval, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        return new("step", t => Math.Pow(factor, Math.Floor((t / interval) + 1e-9)), interval, factor);
    }

    /// <summary>The schedule of a text, in any case: "cosine", or "step(0.25, 0.5)" with numbers of its own.</summary>
    /// <exception cref="ArgumentException">There is none, or its numbers are impossible.</exception>
    public static LearningRateSchedule Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var key = (open < 0 ? text : text[..open]).Trim();
        var usual = All.FirstOrDefault(schedule => string.Equals(schedule.Key, key, StringComparison.OrdinalIgnoreCase));
        if (usual is not null && open < 0)
        {
            return usual;
        }

        var numbers = open < 0 ? [] : text[(open + 1)..].TrimEnd(' ', ')').Split(',')
            .Select(number => double.TryParse(number, CultureInfo.InvariantCulture, out var value) ? value : double.NaN).ToArray();
        return (usual?.Key, numbers) switch
        {
            ("polynomial", [var power]) when power > 0 => PolynomialOf(power),
            ("step", [var interval, var factor]) when interval > 0 && factor > 0 => StepOf(interval, factor),
            _ => throw new ArgumentException($"There is no schedule '{text}'. Schedules: {string.Join(", ", All)}.", nameof(text)),
        };
    }

    /// <summary>The learning rate of one step.</summary>
    /// <param name="initial">The rate that the schedule starts from.</param>
    /// <param name="step">From 0.</param>
    /// <param name="totalSteps">Steps of the whole training.</param>
    /// <param name="warmUpSteps">Steps over which the rate first rises linearly from near 0; part of the total.</param>
    public double At(double initial, long step, long totalSteps, long warmUpSteps = 0)
        => At(initial, (double)step / totalSteps) * (step < warmUpSteps ? (step + 1.0) / warmUpSteps : 1);

    /// <summary>The learning rate at a point of the training.</summary>
    /// <param name="initial">The rate that the schedule starts from.</param>
    /// <param name="shareDone">How much of the training is over, from 0; 1 at its end.</param>
    internal double At(double initial, double shareDone) => initial * _factor(Math.Min(1, shareDone));

    /// <summary>Whether both have the same name and numbers.</summary>
    public bool Equals(LearningRateSchedule? other) => other?._text == _text;

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => _text;
}
