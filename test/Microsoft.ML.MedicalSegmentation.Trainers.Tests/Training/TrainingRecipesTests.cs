namespace Microsoft.ML.MedicalSegmentation.Training;

[TestClass]
public class TrainingRecipesTests
{
    public static IEnumerable<object[]> Keys => TrainingRecipes.All.Select(recipe => new object[] { recipe.Key });

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void EveryRecipe_IsValidAndItsPatchesFitItsNetwork(string key)
    {
        var options = TrainingRecipes.Find(key.ToUpperInvariant()).Options;

        options.Validate();
        using var network = options.Network.CreateNetwork();
        options.Sampling.PatchSize?.Check(network);
        options.Export.ScoringPatchSize?.Check(network);
    }

    [TestMethod]
    public void Find_UnknownKey_ListsTheRecipes()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => TrainingRecipes.Find("slow"));

        StringAssert.Contains(error.Message, "small-volumes, quick");
    }
}
