using System.Diagnostics;
using Spectre.Console;

namespace MedSeg.Terminal;

/// <summary>Shows how training goes: a bar with loss, Dice and time left on a terminal, a line per epoch when piped.</summary>
internal sealed class TrainingDisplay
{
    private readonly ProgressTask? _bar;
    private readonly Action? _stepDone;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private string _dice = "";
    private double? _doneBefore;

    private TrainingDisplay(ProgressTask? bar, Action? stepDone) => (_bar, _stepDone) = (bar, stepDone);

    /// <summary>Trains while a display is up.</summary>
    /// <param name="train">Trains, and hands the display what happens.</param>
    /// <param name="stepDone">Called after each step. Default: nothing is.</param>
    public static T Run<T>(Func<TrainingDisplay, T> train, Action? stepDone = null)
    {
        if (!Report.IsInteractive)
        {
            return train(new(null, stepDone));
        }

        T result = default!;
        Report.Progress.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context => result = train(new(context.AddTask("training"), stepDone)));
        return result;
    }

    /// <summary>After each step.</summary>
    public void Step(SegmentationTrainingProgress progress)
    {
        _stepDone?.Invoke();
        if (_bar is null)
        {
            return;
        }

        // A resumed training has steps of an earlier process before its first one.
        _doneBefore ??= progress.ShareDone - (1.0 / ((double)progress.MaxEpoch * progress.StepsPerEpoch));
        var left = TimeSpan.FromSeconds(
            _clock.Elapsed.TotalSeconds * (1 - progress.ShareDone) / Math.Max(progress.ShareDone - _doneBefore.Value, 1e-9)
        );
        _bar.MaxValue = 1;
        _bar.Value = progress.ShareDone;
        _bar.Description =
            $"epoch {progress.Epoch}/{progress.MaxEpoch}  loss {progress.Loss:0.000}{_dice}  {left:mm\\:ss} left".EscapeMarkup();
    }

    /// <summary>After each epoch of a synthesis.</summary>
    public void Epoch(SynthesisTrainingMetrics metrics)
    {
        _dice = metrics.ValidationError is { } error ? $"  error {error:0.###}" : _dice;
        if (_bar is null)
        {
            Report.Step(metrics.ToString());
        }
    }

    /// <summary>After each epoch.</summary>
    public void Epoch(SegmentationTrainingMetrics metrics)
    {
        if (metrics.ValidationDice.Count > 0)
        {
            _dice = $"  Dice {metrics.MeanValidationDice:0.000}";
        }

        if (_bar is null)
        {
            Report.Step(metrics.ToString());
        }
    }
}
