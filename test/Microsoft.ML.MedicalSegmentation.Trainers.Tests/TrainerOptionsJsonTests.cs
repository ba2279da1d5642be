using Microsoft.ML.MedicalSegmentation.Networks.UNETRPlusPlusNets;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Options of a trainer as JSON.</summary>
[TestClass]
public class TrainerOptionsJsonTests
{
    public static IEnumerable<object[]> Recipes => TrainingRecipes.All.Select(recipe => new object[] { recipe.Key });

    [TestMethod]
    [DynamicData(nameof(Recipes))]
    public void FromJson_WhatToJsonWrote_IsTheSame(string key)
    {
        var options = TrainingRecipes.Find(key).Options with
        {
            Loss = new FocalLoss { ClassWeights = [1, 2], FocalExponent = 1.5 },
            Seed = 7,
        };

        var read = SegmentationTrainer.Options.FromJson(options.ToJson());

        Assert.AreEqual(options.ToJson(), read.ToJson());
        Assert.AreEqual(options.Network.GetType(), read.Network.GetType());
        Assert.AreEqual(options.Optimization, read.Optimization);
        Assert.AreEqual(options.Sampling, read.Sampling);
    }

    [TestMethod]
    public void FromJson_KeysInAnyCase_AreRead()
    {
        var options = SegmentationTrainer.Options.FromJson(
            """{"Network":{"key":"UNet","depth":4},"loss":"Dice-Cross-Entropy","optimization":{"MaxEpoch":3,"schedule":"Step(0.5, 0.1)","optimizer":"sgdNesterov"}}"""
        );

        Assert.AreEqual(new UNetOptions { Depth = 4 }, options.Network);
        Assert.AreEqual(new DiceCrossEntropyLoss(), options.Loss);
        Assert.AreEqual(
            (3, LearningRateSchedule.StepOf(0.5, 0.1), OptimizerKind.SgdNesterov),
            (options.Optimization.MaxEpoch, options.Optimization.Schedule, options.Optimization.Optimizer)
        );
        Assert.AreEqual(2, options.Sampling.BatchSize);
    }

    [TestMethod]
    [DataRow("""{"network":{"key":"hourglass"}}""", "no network 'hourglass'")]
    [DataRow("""{"network":{"key":"unet","heads":3}}""", "heads")]
    [DataRow("""{"network":{"depth":3}}""", "\"key\" is missing")]
    [DataRow("""{"loss":"hinge"}""", "no loss 'hinge'")]
    [DataRow("""{"optimization":{"epochs":3}}""", "epochs")]
    [DataRow("""{"optimization":{"schedule":"step(2, 0)"}}""", "no schedule 'step(2, 0)'")]
    [DataRow("[1]", "options cannot be read")]
    [DataRow("null", "it is null")]
    public void FromJson_WhatCannotBeRead_IsNamed(string json, string fact)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => SegmentationTrainer.Options.FromJson(json));

        StringAssert.Contains(error.Message, fact);
    }

    [TestMethod]
    public void ReadOptions_OfAnEarlierVersion_LeavesOutThePresetsName()
    {
        var read = UNETRPlusPlus.Entry.ReadOptions("""{"preset":"synapse","spatialDims":3,"classes":14,"patchSize":[64,128,128]}""");

        Assert.AreEqual((14, 64), (read.Classes, read.PatchSize?[0]));
    }
}
