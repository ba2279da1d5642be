using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Reports;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Reports of evaluations as one HTML file that needs no network.</summary>
public static class SegmentationReportExtensions
{
    /// <summary>
    /// Writes a report: summary, distributions, worst and best cases with a viewer, definitions, input checks, model card.
    /// </summary>
    /// <remarks>
    /// The file opens from disk in any current browser, holds no reference to anything outside itself, and is whole or absent. Volumes are
    /// embedded as bytes, so the file is as confidential as they are; names of cases stand in it as they are in the metrics.
    /// </remarks>
    /// <param name="metrics">The evaluation.</param>
    /// <param name="path">The .html file; a file that is there is replaced.</param>
    /// <param name="options">What else it holds. Default: the metrics alone.</param>
    /// <exception cref="ArgumentException">An option cannot be used, or the volumes of a case are not on one grid.</exception>
    public static void SaveReport(this SegmentationMetrics metrics, string path, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new();
        options.Validate();
        AtomicFile.Write(
            path,
            stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true)
                {
                    NewLine = "\n",
                };
                ReportPage.Write(new(writer), metrics, options);
            }
        );
    }
}
