namespace Microsoft.ML.MedicalSegmentation;

[TestClass]
public class TrainingRecipesTests
{
    public static IEnumerable<object[]> Keys => TrainingRecipes.All.Select(recipe => new object[] { recipe.Key });

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Create_EveryRecipe_IsValidAndItsPatchesFitItsNetwork(string key)
    {
        var options = TrainingRecipes.Find(key).Create();

        options.Validate();
        using var network = NetworkList.Create(options.Network, options.NetworkOptions);
        options.PatchSize?.Check(network);
        options.ScoringPatchSize?.Check(network);
        Assert.AreNotSame(options, TrainingRecipes.Find(key).Create(), "Callers change what they get.");
    }

    [TestMethod]
    public void Find_UnknownKey_ListsTheRecipes()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => TrainingRecipes.Find("slow"));

        StringAssert.Contains(error.Message, "small-volumes, quick");
    }
}
