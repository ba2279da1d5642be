namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Everything that can be told to a segmentation trainer. Only <see cref="Network"/> and the columns need attention; the rest has defaults that work.</summary>
public sealed class SegmentationTrainerOptions
{
    /// <summary>Column of <see cref="LabelVolume"/>s to learn from.</summary>
    /// <value>Default: "Label".</value>
    public string LabelColumnName = "Label";

    /// <summary>Column of <see cref="Volume"/>s, normalised; what the trained model takes too.</summary>
    /// <value>Default: "Image".</value>
    public string ImageColumnName = "Image";

    /// <summary>Column that the trained model adds: a <see cref="LabelVolume"/> on the image's grid.</summary>
    /// <value>Default: "PredictedLabel".</value>
    public string PredictedLabelColumnName = "PredictedLabel";

    /// <summary>Column of class probabilities that the trained model adds; none where left out, as it takes memory for every class.</summary>
    /// <value>Default: null.</value>
    public string? ProbabilityColumnName;

    /// <summary>Key of the network; <see cref="NetworkList"/> has them all.</summary>
    /// <value>Default: "attention-unet".</value>
    public string Network = NetworkList.Default.Key;

    /// <summary>Width, depth and form of the network; a network's own record, such as <see cref="AttentionUNetOptions"/>, has more.</summary>
    /// <value>Default: the network's own defaults. InputChannels and Classes follow the data, whatever is given.</value>
    public NetworkOptions NetworkOptions = new();

    /// <summary>Whether the network's side outputs are trained too, each half as much as the next finer one.</summary>
    /// <value>Default: false. A network without side outputs does not mind.</value>
    public bool DeepSupervision;

    /// <summary>The classes in the order of the network's outputs, background first.</summary>
    /// <value>Default: null, those that the label column or its volumes name; failing that, the values that occur.</value>
    public IReadOnlyList<LabelClass>? Classes;

    /// <summary>What the network sees at once while it trains.</summary>
    /// <value>
    /// Voxels; each side a multiple of what the network needs. Default: null, large enough for every training volume, but
    /// at most <see cref="MedicalSegmentation.PatchSize.LargestAutomaticSide"/> on a side.
    /// </value>
    public PatchSize? PatchSize;

    /// <summary>What the exported model sees at once; larger volumes are scored in overlapping tiles of this size.</summary>
    /// <value>Default: null, the training patch.</value>
    public PatchSize? ScoringPatchSize;

    /// <summary>How the trained model is run; saved with it. Says what is done with volumes whose spacing is not that of training, which are only warned of by default.</summary>
    /// <value>Default: those of <see cref="ScoringSettings"/>.</value>
    public ScoringSettings Scoring = new();

    /// <summary>Share of the patches that are centred on some structure; the others lie anywhere.</summary>
    /// <value>0 to 1. Default: 0.33, as nnU-Net.</value>
    public double ForegroundFraction = 0.33;

    /// <summary>Patches per step.</summary>
    /// <value>At least 1. Default: 2.</value>
    public int BatchSize = 2;

    /// <summary>Epochs.</summary>
    /// <value>At least 1. Default: 50.</value>
    public int MaxEpoch = 50;

    /// <summary>Steps of an epoch.</summary>
    /// <value>At least 0. Default: 0, as many as it takes to see each case once.</value>
    public int StepsPerEpoch;

    /// <summary>How gradients change weights.</summary>
    /// <value>Default: AdamW.</value>
    public OptimizerKind Optimizer = OptimizerKind.AdamW;

    /// <summary>The rate that the schedule starts from.</summary>
    /// <value>Above 0. Default: 1e-3, for AdamW; SGD with Nesterov momentum wants about 1e-2.</value>
    public double LearningRate = 1e-3;

    /// <summary>How the learning rate falls.</summary>
    /// <value>Default: polynomial of power 0.9.</value>
    public LearningRateSchedule Schedule = LearningRateSchedule.Polynomial;

    /// <summary>Steps over which the learning rate first rises.</summary>
    /// <value>At least 0. Default: 0.</value>
    public int WarmUpSteps;

    /// <summary>How much weights are pulled towards 0 in each step, relative to the learning rate.</summary>
    /// <value>At least 0. Default: 0.01.</value>
    public double WeightDecay = 0.01;

    /// <summary>Momentum of SGD.</summary>
    /// <value>Above 0, below 1. Default: 0.99, as nnU-Net. Adam and AdamW do not read it.</value>
    public double Momentum = 0.99;

    /// <summary>How slowly Adam's and AdamW's mean of the gradient follows; beta 1 in the paper.</summary>
    /// <value>0 to below 1. Default: 0.9.</value>
    public double AdamBeta1 = 0.9;

    /// <summary>How slowly Adam's and AdamW's mean of the squared gradient follows; beta 2 in the paper.</summary>
    /// <value>0 to below 1. Default: 0.999.</value>
    public double AdamBeta2 = 0.999;

    /// <summary>The largest norm that the gradient of all weights together keeps.</summary>
    /// <value>At least 0; 0 for no limit. Default: 12, as nnU-Net.</value>
    public double GradientClipNorm = 12;

    /// <summary>How slowly the running average of the weights, which is what is kept, follows them.</summary>
    /// <value>0 to below 1; 0 for no average. Default: 0.99.</value>
    public double WeightAverageDecay = 0.99;

    /// <summary>Key of the loss; <see cref="LossList"/> has them all.</summary>
    /// <value>Default: "dice-cross-entropy".</value>
    public string Loss = LossList.Default;

    /// <summary>Class weights, ignored voxels and the numbers of the losses.</summary>
    public LossOptions LossOptions = new();

    /// <summary>Random changes of patches.</summary>
    public AugmentationOptions Augmentation = new();

    /// <summary>Volumes on which Dice is measured after epochs, and by which the best epoch is chosen; the same columns as the training data.</summary>
    /// <value>Default: null; the last epoch's weights are kept.</value>
    public IDataView? ValidationSet;

    /// <summary>Epochs between measurements; the last one is always measured.</summary>
    /// <value>At least 1. Default: 1.</value>
    public int ValidationInterval = 1;

    /// <summary>Epochs without a better validation Dice after which training stops.</summary>
    /// <value>At least 0; 0 never stops early. Default: 0.</value>
    public int EarlyStoppingPatience;

    /// <summary>Called after each epoch.</summary>
    public Action<SegmentationTrainingMetrics>? MetricsCallback;

    /// <summary>Called after each step.</summary>
    public Action<SegmentationTrainingProgress>? ProgressCallback;

    /// <summary>Stops training between two steps, by an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken;

    /// <summary>Decides initial weights, order and patches: the same seed gives the same model on the same CPU with the same number of threads.</summary>
    /// <value>Default: null, the MLContext's own randomness, which its seed decides.</value>
    public int? Seed;

    /// <summary>Threads that libtorch computes with.</summary>
    /// <value>At least 0. Default: 0, one per processor.</value>
    public int Threads;

    /// <summary>With which numbers the network computes while training; its weights and the exported model are float32.</summary>
    /// <value>Default: <see cref="TrainingPrecision.Float32"/>.</value>
    public TrainingPrecision Precision;

    /// <summary>Memory that the voxels of training cases may take; cases beyond it are read again in every epoch.</summary>
    /// <value>Bytes, at least 0. Default: 4 GiB.</value>
    public long MaximumCacheBytes = 4L << 30;

    /// <summary>Weights to start from: a safetensors file, a PyTorch checkpoint (.pth, .pt, .bin), or what <see cref="WeightsOutputPath"/> wrote.</summary>
    /// <value>Default: null, random weights.</value>
    public string? InitialWeightsPath;

    /// <summary>Which of those weights may differ or are left out, such as a head for other classes.</summary>
    /// <value>Default: none; names and sizes must all agree.</value>
    public WeightLoadingOptions InitialWeights = new();

    /// <summary>Weights that training leaves as they are, by name: <c>["conv*", "center.*"]</c>. A star stands for any letters, a question mark for one.</summary>
    /// <value>
    /// Names are those of the original code, as in weights files. A frozen weight gets no step of the optimiser; a batch norm all of whose
    /// weights are frozen keeps its running statistics and normalises by them. Default: none.
    /// </value>
    public IReadOnlyList<string> FreezePatterns = [];

    /// <summary>Where to write the kept weights, to go on from or to hand to PyTorch: as safetensors where the name ends in .safetensors, else in TorchSharp's format.</summary>
    /// <value>Default: null, nowhere; the model itself does not need them.</value>
    public string? WeightsOutputPath;

    /// <summary>
    /// Where to keep the state of training between epochs: weights, their average, the best ones, and what the optimiser knows. Where the file is there when
    /// training begins, training goes on from it, in a new process too.
    /// </summary>
    /// <value>
    /// Default: null, nowhere. Training that was stopped and goes on gives the model of one that was not: bit for bit on the same processor with the same number of
    /// threads. Data and options must be those of the beginning, or the error lists what differs; threads, files, callbacks and patience may be others. The
    /// file is about five times as large as the weights, and stays when training is over; then the same call gives the same model at once.
    /// </value>
    public string? CheckpointPath;

    /// <summary>Epochs between two writings of <see cref="CheckpointPath"/>, which the last one always is.</summary>
    /// <value>At least 1. Default: 1.</value>
    public int CheckpointInterval = 1;

    /// <summary>In words, what was done to intensities before the trainer; written into the model for its users.</summary>
    /// <value>Default: empty.</value>
    public string Preprocessing = "";

    /// <summary>Fails where an option is out of its limits.</summary>
    /// <exception cref="ArgumentException">Lists every such option.</exception>
    public void Validate()
    {
        var faults = Faults().Concat(LossOptions.Faults()).Concat(Augmentation.Faults()).Concat(InitialWeights.Faults()).Concat(ScoringFaults()).ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(
                $"{faults.Count} of the trainer's options cannot be used:{string.Concat(faults.Select(fault => $"{Environment.NewLine}- {fault}"))}");
        }
    }

    private IReadOnlyList<string> ScoringFaults()
    {
        var faults = new OptionFaults();
        Scoring.AddFaults(faults);
        return faults.All;
    }

    private IEnumerable<string> Faults()
    {
        foreach (var (name, value) in ColumnNames().Where(column => string.IsNullOrWhiteSpace(column.Value)))
        {
            yield return $"{name} is '{value}'; it must name a column.";
        }

        foreach (var (name, value, least) in WholeNumbers().Where(number => number.Value < number.Least))
        {
            yield return $"{name} is {value}; it must be at least {least}.";
        }

        foreach (var (name, value, rule, holds) in RealNumbers().Where(number => !number.Holds))
        {
            yield return $"{name} is {value}; it must be {rule}.";
        }

        foreach (var fault in ListFaults())
        {
            yield return fault;
        }
    }

    private (string Name, string Value)[] ColumnNames() =>
    [
        (nameof(LabelColumnName), LabelColumnName),
        (nameof(ImageColumnName), ImageColumnName),
        (nameof(PredictedLabelColumnName), PredictedLabelColumnName),
        (nameof(ProbabilityColumnName), ProbabilityColumnName ?? "none"),
    ];

    private (string Name, long Value, long Least)[] WholeNumbers() =>
    [
        (nameof(BatchSize), BatchSize, 1),
        (nameof(MaxEpoch), MaxEpoch, 1),
        (nameof(StepsPerEpoch), StepsPerEpoch, 0),
        (nameof(WarmUpSteps), WarmUpSteps, 0),
        (nameof(ValidationInterval), ValidationInterval, 1),
        (nameof(EarlyStoppingPatience), EarlyStoppingPatience, 0),
        (nameof(Threads), Threads, 0),
        (nameof(MaximumCacheBytes), MaximumCacheBytes, 0),
        (nameof(CheckpointInterval), CheckpointInterval, 1),
    ];

    private (string Name, double Value, string Rule, bool Holds)[] RealNumbers() =>
    [
        (nameof(ForegroundFraction), ForegroundFraction, "from 0 to 1", ForegroundFraction is >= 0 and <= 1),
        (nameof(LearningRate), LearningRate, "above 0, such as 1e-3", LearningRate > 0 && double.IsFinite(LearningRate)),
        (nameof(WeightDecay), WeightDecay, "at least 0, such as 0.01", WeightDecay >= 0 && double.IsFinite(WeightDecay)),
        (nameof(Momentum), Momentum, "above 0 and below 1, such as 0.99", Momentum is > 0 and < 1),
        (nameof(AdamBeta1), AdamBeta1, "at least 0 and below 1, such as 0.9", AdamBeta1 is >= 0 and < 1),
        (nameof(AdamBeta2), AdamBeta2, "at least 0 and below 1, such as 0.999", AdamBeta2 is >= 0 and < 1),
        (nameof(GradientClipNorm), GradientClipNorm, "at least 0, such as 12", GradientClipNorm >= 0 && double.IsFinite(GradientClipNorm)),
        (nameof(WeightAverageDecay), WeightAverageDecay, "at least 0 and below 1, such as 0.99", WeightAverageDecay is >= 0 and < 1),
    ];

    private IEnumerable<string> ListFaults()
    {
        if (!NetworkList.All.Any(entry => string.Equals(entry.Key, Network, StringComparison.OrdinalIgnoreCase)))
        {
            yield return $"Network is '{Network}'; networks: {string.Join(", ", NetworkList.All.Select(entry => entry.Key))}.";
        }

        if (!Enum.IsDefined(Precision))
        {
            yield return $"Precision is {Precision}; it must be {string.Join(" or ", Enum.GetNames<TrainingPrecision>())}.";
        }

        if (!LossList.Contains(Loss))
        {
            yield return $"Loss is '{Loss}'; losses: {string.Join(", ", LossList.All.Select(entry => entry.Key))}.";
        }

        foreach (var (name, size) in new[] { (nameof(PatchSize), PatchSize), (nameof(ScoringPatchSize), ScoringPatchSize) })
        {
            if (size is { Depth: < 1 } or { Height: < 1 } or { Width: < 1 })
            {
                yield return $"{name} is {size}; every side must be at least 1 voxel.";
            }
        }

        if (Classes is { Count: < 2 })
        {
            yield return $"Classes has {Classes.Count} entries; name the background and at least one structure, or leave it out.";
        }

        foreach (var (name, file) in new[] { (nameof(CheckpointPath), CheckpointPath), (nameof(WeightsOutputPath), WeightsOutputPath) })
        {
            if (file is not null && (string.IsNullOrWhiteSpace(file) || Directory.Exists(file)))
            {
                yield return $"{name} is '{file}', which is {(string.IsNullOrWhiteSpace(file) ? "empty" : "a folder")}; name a file, or leave it out.";
            }
        }

        if (FreezePatterns.Any(string.IsNullOrWhiteSpace))
        {
            yield return "A pattern of FreezePatterns is empty; give the name of a weight, in which * stands for any letters.";
        }

        if (InitialWeightsPath is null && InitialWeights.Skip.Count > 0)
        {
            yield return $"InitialWeights.Skip names {string.Join(", ", InitialWeights.Skip)}, but InitialWeightsPath is missing. Give the file to start from.";
        }

        if (InitialWeightsPath is { } path && !File.Exists(path))
        {
            yield return $"InitialWeightsPath is '{path}', where there is no file. Leave it out to start from random weights.";
        }
    }
}
