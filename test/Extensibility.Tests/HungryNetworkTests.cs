using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp;

namespace Extensibility.Tests;

/// <summary>A network that finds no room on its device.</summary>
public sealed record HungryNetworkOptions : NetworkOptions
{
    /// <inheritdoc/>
    public override NetworkEntry Entry => HungryNetwork.Entry;
}

/// <summary>One convolution that says, as libtorch does, that the device has too little memory for its weights.</summary>
public sealed class HungryNetwork(HungryNetworkOptions options) : Network(options)
{
    private readonly Convolution head = new(options.SpatialDims, options.InputChannels, options.Classes, kernel: 1);

    public static NetworkEntry Entry { get; } = new NetworkEntry<HungryNetworkOptions>(options => new HungryNetwork(options))
    {
        Key = "hungry",
        Name = "Hungry",
        Paper = "none",
        Summary = "One convolution.",
        Sizes = "any",
        Loss = new SquaredErrorLoss(),
    };

    public override string Description => "hungry network";

    public override SpatialSizeRule SizeRule => SpatialSizeRule.MultipleOf([.. Enumerable.Repeat(1L, Options.SpatialDims)]);

    public override TensorExpression Forward(TensorExpression image) => head.Forward(image);

    protected override torch.nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
        => throw new ExternalException("CUDA out of memory. Tried to allocate 2.00 GiB.\nMore of it.");
}

[TestClass]
[DoNotParallelize]
public sealed class HungryNetworkTests
{
    [TestMethod]
    public void Fit_WhereTheWeightsDoNotFitTheDevice_NamesTheOptionsToLower()
    {
        var context = new MLContext(seed: 1);
        var rows = context.Data.LoadFromEnumerable([new Case()]);
        var trainer = context.MedicalSegmentation().Trainers.Segmentation(new HungryNetworkOptions(), new()
        {
            Sampling = new() { PatchSize = new PatchSize(4, 4, 4) },
            Optimization = new() { MaxEpoch = 1 },
        });

        var fault = Assert.ThrowsExactly<ExecutionEnvironmentException>(() => trainer.Fit(rows));

        StringAssert.Contains(fault.Message, "Lower Sampling.BatchSize or Sampling.PatchSize");
        StringAssert.Contains(fault.Message, "out of memory");
        Assert.IsInstanceOfType<ExternalException>(fault.InnerException);
    }

    private sealed class Case
    {
        [VolumeColumn]
        public Volume Image { get; set; } = Volume.Create(new float[64], new VolumeShape(1, 4, 4, 4));

        [LabelVolumeColumn]
        public LabelVolume Label { get; set; } =
            LabelVolume.Create([.. Enumerable.Range(0, 64).Select(i => (byte)(i % 2))], new(1, 4, 4, 4));
    }
}
