using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.MedicalSegmentation.Synthesis;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// A trained generator in a pipeline: a column of source volumes in, a column of synthesised volumes out, on the source's grid and in the
/// target's unit.
/// </summary>
/// <remarks>
/// The session of ONNX Runtime is opened with the first row and shared by all rows. Disposing frees it; a row that is read afterwards opens
/// another. A result takes 4 bytes for each voxel and channel.
/// </remarks>
public sealed class SynthesisTransformer : VolumeTransformer
{
    internal SynthesisTransformer(SynthesisScoring function, string inputColumnName, IEnumerable<string> outputs)
        : base(nameof(SynthesisTransformer), function, [inputColumnName], outputs)
        => Model = function.Model;

    /// <summary>The generator, as ONNX, and its description.</summary>
    public SynthesisModel Model { get; }

    /// <summary>How the generator was trained; null for one that was loaded. It is not saved.</summary>
    public SynthesisTrainingHistory? TrainingHistory { get; internal set; }

    /// <summary>Puts a generator into a pipeline.</summary>
    /// <param name="context">Gives the device and the log.</param>
    /// <param name="model">The generator.</param>
    /// <param name="outputColumnName">The column of synthesised volumes that is added.</param>
    /// <param name="inputColumnName">The column of source volumes, normalised as in training.</param>
    /// <param name="difficultyColumnName">
    /// The column of difficulty that is added, 0 to 1, for a model that computes it. Default: none.
    /// </param>
    /// <param name="settings">
    /// How the network is run; null takes the defaults. Labels are no part of a synthesis: <see cref="ScoringSettings.LabelReturn"/> is
    /// ignored.
    /// </param>
    /// <exception cref="ArgumentException">A setting is out of range, or the model computes no difficulty.</exception>
    public static SynthesisTransformer Create(
        MLContext context,
        SynthesisModel model,
        string outputColumnName = "Synthesized",
        string inputColumnName = "Image",
        string? difficultyColumnName = null,
        ScoringSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        if (difficultyColumnName is not null && !model.Info.HasDifficulty)
        {
            throw new ArgumentException(
                "The generator computes no difficulty. Train it with DifficultyColumnName, or leave the column out.",
                nameof(difficultyColumnName)
            );
        }

        string[] outputs = difficultyColumnName is null ? [outputColumnName] : [outputColumnName, difficultyColumnName];
        return new(new(model, settings ?? new(), () => ScoringDevice.Of(context), new ScoringLog(context).Warn), inputColumnName, outputs);
    }
}
