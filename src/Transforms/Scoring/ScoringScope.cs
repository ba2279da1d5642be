namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Stops, follows and listens to the scoring of a pipeline or PredictionEngine, which take no token of their own.</summary>
/// <remarks>
/// Holds for the rows that are read in the same asynchronous flow until it is disposed, and for no others, so that every request of a
/// service can have its own. Reading of files ends at the next read, scoring within a tile; preprocessing runs to the end of its step.
/// </remarks>
/// <example><code>
/// using (ScoringScope.Begin(request.RequestAborted))
/// {
///     labels = engine.Predict(row).PredictedLabel;
/// }
/// </code></example>
public sealed class ScoringScope : IDisposable
{
    private static readonly AsyncLocal<ScoringScope?> Flow = new();

    private readonly ScoringScope? _outer;

    private ScoringScope(ScoringScope? outer) => _outer = outer;

    /// <summary>The scope of the current flow; null where there is none.</summary>
    internal static ScoringScope? Current => Flow.Value;

    /// <summary>Ends the scoring of a volume by an <see cref="OperationCanceledException"/>.</summary>
    internal CancellationToken CancellationToken { get; private init; }

    /// <summary>Receives the share of a volume's tiles that are done, 0 to 1; null for nobody.</summary>
    internal IProgress<double>? Progress { get; private init; }

    /// <summary>Receives warnings of scoring, besides the log; null for nobody.</summary>
    internal Action<string>? Warn { get; private init; }

    /// <summary>Begins a scope; an outer one is back when it is disposed.</summary>
    /// <param name="cancellationToken">Ends the scoring of a volume.</param>
    /// <param name="progress">Receives the share of a volume's tiles that are done, 0 to 1.</param>
    /// <param name="warn">Receives warnings, such as of a spacing that differs from that of training.</param>
    public static ScoringScope Begin(CancellationToken cancellationToken, IProgress<double>? progress = null, Action<string>? warn = null)
        => Flow.Value = new(Flow.Value) { CancellationToken = cancellationToken, Progress = progress, Warn = warn };

    /// <summary>Ends the scope.</summary>
    public void Dispose() => Flow.Value = _outer;
}
