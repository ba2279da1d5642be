using Microsoft.ML.Runtime;

namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>Carries the warnings of scoring to <c>MLContext.Log</c>.</summary>
internal sealed class ScoringLog(MLContext context)
{
    private readonly IHost _host = ((IHostEnvironment)context).Register("Segmentation");

    public void Warn(string message)
    {
        ScoringScope.Current?.Warn?.Invoke(message);
        using var channel = _host.Start("Score");
        channel.Warning(MessageSensitivity.None, message);
    }
}
