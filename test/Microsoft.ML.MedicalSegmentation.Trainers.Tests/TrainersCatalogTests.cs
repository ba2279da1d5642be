using System.Reflection;
using Microsoft.ML.MedicalSegmentation.Networks;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Every network is found from <c>mlContext.MedicalSegmentation().Trainers</c>.</summary>
[TestClass]
public class TrainersCatalogTests
{
    public static IEnumerable<object[]> Keys => NetworkList.All.Select(entry => new object[] { entry.Key });

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Catalog_EveryNetwork_HasAMethodWithUsualParametersAndOneWithOptions(string key)
    {
        var options = NetworkList.Find(key).OptionsType;
        var methods = typeof(TrainersCatalog)
            .GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.Name == options.Name[..^"Options".Length])
            .ToList();

        Assert.HasCount(2, methods);
        Assert.IsTrue(
            methods.Exists(method => method.GetParameters().Any(parameter => parameter.ParameterType == options)),
            "with the network's options"
        );
        var usual = methods.Find(method => method.GetParameters().Any(parameter => parameter.Name == "maxEpoch"));
        var arguments = usual!
            .GetParameters()
            .Select((parameter, i) => i == 0 ? new MLContext().MedicalSegmentation().Trainers : parameter.DefaultValue)
            .ToArray();
        Assert.IsInstanceOfType<SegmentationTrainer>(usual.Invoke(null, arguments));
    }
}
