using System.CommandLine;
using System.Diagnostics;
using MedSeg.Jobs;
using MedSeg.Scoring;

namespace MedSeg.Commands;

/// <summary>medseg score: volumes in, label volumes out.</summary>
internal sealed class ScoreCommand : IToolCommand
{
    private readonly Argument<string[]> _inputs = new("inputs")
    {
        Description = "Volumes, folders of volumes, DICOM studies, patterns with * and ?, or lists of cases (dataset.json, .csv, .tsv).",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _model = SharedOptions.Model();
    private readonly Option<string> _output = SharedOptions.Output(
        "Folder for the predicted labels, CASE.nii.gz or as --format says; default: predictions."
    );
    private readonly Option<string> _format = new("--format", "-f")
    {
        Description =
            $"What the labels are written as: {string.Join(", ", LabelFormat.All.Select(format => format.Key))}; default: nifti. "
            + "DICOM objects refer to the scored series.",
        DefaultValueFactory = _ => LabelFormat.Nifti.Key,
    };

    private readonly Option<DicomSegmentationType> _type = new("--segmentation-type")
    {
        Description = "With --format dicom-seg: Binary, Fractional or LabelMap; default: Binary.",
    };
    private readonly Option<bool> _report = new("--report")
    {
        Description = "With --format dicom-seg: write a measurement report (TID 1500) beside each segmentation.",
    };
    private readonly Option<string?> _dicomWeb = new("--dicomweb")
    {
        Description = "Root of a DICOMweb server to fetch --study from; instead of inputs.",
    };
    private readonly Option<string?> _study = new("--study") { Description = "With --dicomweb: Study Instance UID." };
    private readonly Option<bool> _store = new("--store")
    {
        Description = "With --dicomweb and --format dicom-seg or rtstruct: store the results in the study.",
    };
    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = "With --dicomweb: file whose first line is the bearer token.",
    };
    private readonly Option<string?> _part = SharedOptions.Part();
    private readonly Option<string?> _summary = SharedOptions.Summary();
    private readonly Option<bool> _stopOnError = new("--stop-on-error")
    {
        Description = "Stop at the first case that fails; default: go on with the next.",
    };
    private readonly Option<bool> _overwrite = new("--overwrite")
    {
        Description =
            "Score cases whose labels are there already, and replace files that medseg score did not write. Inputs are never replaced.",
    };

    private readonly Option<string?> _doubt = new("--doubt")
    {
        Description = "Folder for volumes of doubt, CASE.nii.gz: the entropy of the class probabilities, 0 to 1.",
    };
    private readonly Option<double?> _overlap = new("--overlap")
    {
        Description = "How far neighbouring tiles overlap, 0 to 0.9 of the patch; default: what the model says, usually 0.5.",
    };
    private readonly Option<ScoringTiling?> _tiling = new("--tiling")
    {
        Description =
            "Blended: average overlapping tiles; Exact: the network's result on the whole volume, for networks that see a limited "
            + "distance; default: what the model says, usually Blended.",
    };
    private readonly Option<string?> _mirroring = new("--mirroring")
    {
        Description = "off: do not average mirrored tiles, of models that do; default: what the model says.",
    };
    private readonly Option<string?> _provider = new("--provider")
    {
        Description =
            "Execution provider of ONNX Runtime: cpu, cuda, tensorrt, openvino, directml or coreml, where its native library stands "
            + "beside medseg. Default: cpu, or cuda with --gpu.",
    };

    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        _mirroring.AcceptOnlyFromAmong("on", "off");
        var command = new Command("score", "Predicts the labels of volumes with a trained model.")
        {
            _inputs,
            _model,
            _output,
            _format,
            _type,
            _report,
            _dicomWeb,
            _study,
            _store,
            _tokenFile,
            _part,
            _summary,
            _stopOnError,
            _overwrite,
            _doubt,
            _overlap,
            _tiling,
            _mirroring,
            _provider,
            _gpu,
            _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var part = BatchPart.Parse(arguments.GetValue(_part));
        BatchSummary.RequireFormat(arguments.GetValue(_summary));
        var context = DeviceContext.Create(arguments.GetValue(_gpu));
        var modelPath = arguments.GetRequiredValue(_model);
        var (overlap, mirroring, tiling) = (arguments.GetValue(_overlap), arguments.GetValue(_mirroring), arguments.GetValue(_tiling));
        var model = context
            .MedicalSegmentation()
            .Models.Load(
                modelPath,
                new()
                {
                    ProbabilitiesColumnName =
                        arguments.GetValue(_type) == DicomSegmentationType.Fractional ? ScoredRow.ProbabilityColumn : null,
                    DoubtColumnName = arguments.GetValue(_doubt) is null ? null : ScoredRow.DoubtColumn,
                    Device = arguments.GetValue(_provider) is { } provider
                        ? new(arguments.GetValue(_gpu), FallbackToCpu: false) { Provider = provider }
                        : null,
                    Settings = saved =>
                        saved with
                        {
                            Overlap = overlap ?? saved.Overlap,
                            Tiling = tiling ?? saved.Tiling,
                            MirrorAxes = mirroring == "off" ? [] : saved.MirrorAxes,
                        },
                },
                cancellation
            );
        if (context.MedicalSegmentation().Describe(model).Synthesis is not null)
        {
            throw new ArgumentException($"'{modelPath}' synthesises volumes and predicts no labels. Use `medseg synthesize score`.");
        }

        using var scope = ScoringScope.Begin(cancellation);
        var digest = CaseReceipt.DigestOf([modelPath]);
        var output = new LabelOutput(LabelFormat.Find(arguments.GetValue(_format) ?? LabelFormat.Nifti.Key))
        {
            Algorithm = new(ModelName(modelPath), digest[..12]) { Digest = digest },
            Type = arguments.GetValue(_type),
            WithReport = arguments.GetValue(_report),
        };
        output.Validate();
        var card = context.MedicalSegmentation().Models.ReadCard(modelPath);
        var description = context.MedicalSegmentation().Describe(model);
        if (description.Classification is not null)
        {
            throw new ArgumentException($"{modelPath} is a classifier, which gives no label volumes. Use `medseg classify score`.");
        }

        if (description.Encoder is not null || description.Synthesis is not null)
        {
            throw new ArgumentException(
                $"{modelPath} gives no labels. Use `medseg {(description.Encoder is not null ? "embed" : "synthesize score")}`."
            );
        }

        var channels = description.InputChannels ?? 1;
        using var study = Study(arguments, output);
        var inputs = study?.Fetch(cancellation) ?? arguments.GetValue(_inputs) ?? [];
        var all = ScoringInputs.Find(context, inputs, channels);
        var plan = new OutputPlan(all, arguments.GetValue(_output) ?? "predictions", output.Format.Ending, arguments.GetValue(_overwrite));
        DoubtPlan.Require(arguments.GetValue(_doubt), all, plan, arguments.GetValue(_overwrite));
        var batch = new BatchScoring(context, model, digest, plan)
        {
            StopOnError = arguments.GetValue(_stopOnError),
            Overwrite = arguments.GetValue(_overwrite),
            Output = output,
            Settings =
                output.Settings
                + (overlap is null ? "" : $" overlap {overlap}")
                + (mirroring is "off" ? " not mirrored" : "")
                + (tiling is null ? "" : $" tiling {tiling}"),
            Inputs = card?.Inputs,
            Quality = card?.Quality,
            DoubtFolder = arguments.GetValue(_doubt),
            HasRegions = description.Planned?.HasRegions ?? false,
        };
        var cases = part.Of(all);
        var results = BatchSummary.Follow(batch.Run(cases, cancellation), cases.Count);
        if (arguments.GetValue(_store))
        {
            foreach (var result in results.Where(result => result.Output is not null))
            {
                study?.Store([.. output.FilesOf(result.Output ?? "").Where(File.Exists)], cancellation);
            }
        }

        var summary = new BatchSummary(results, digest, clock.Elapsed.TotalSeconds);
        return summary.Finish(arguments.GetValue(_summary), arguments.GetValue(_json), Sentence(summary));
    }

    private DicomWebStudy? Study(ParseResult arguments, LabelOutput output)
    {
        var (root, uid, inputs) = (arguments.GetValue(_dicomWeb), arguments.GetValue(_study), arguments.GetValue(_inputs) ?? []);
        if ((root is null) != (uid is null) || (root is null) == (inputs.Length == 0))
        {
            throw new ArgumentException("Give inputs, or --dicomweb with --study.");
        }

        if (arguments.GetValue(_store) && (root is null || !output.Format.NeedsSeries))
        {
            throw new ArgumentException("--store needs --dicomweb and a DICOM --format, dicom-seg or rtstruct.");
        }

        return root is null
            ? null
            : new(root, uid ?? "", arguments.GetValue(_tokenFile) is { } file ? File.ReadLines(file).FirstOrDefault()?.Trim() : null);
    }

    private static string ModelName(string path) =>
        Path.GetFileNameWithoutExtension(path) is { Length: > 0 } name ? name[..Math.Min(64, name.Length)] : "model";

    private static string Sentence(BatchSummary summary) =>
        $"Scored {summary.Scored} case{(summary.Scored == 1 ? "" : "s")} in {summary.Seconds:0.0} s"
            + (summary.Skipped > 0 ? $"; {summary.Skipped} unchanged and skipped" : "")
            + (summary.Failed > 0 ? $"; {summary.Failed} failed" : "")
            + ".";
}
