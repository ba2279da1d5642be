using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Provenance;

[TestClass]
public sealed class EnsembleCardTests
{
    [TestMethod]
    public void OfEnsemble_JoinsCasesRangesAndResults_AndKeepsWhatMembersAgreeOn()
    {
        var plan = JsonSerializer.SerializeToElement(new { plansName = "medsegPlans" });
        var (a, b, c) = (
            new CardCase("a", new string('1', 64)),
            new CardCase("b", new string('2', 64)),
            new CardCase("c", new string('3', 64))
        );
        ModelCard Card(CardCase[] training, CardCase validation, double low, double high, string options) =>
            new()
            {
                DataSet = "Task04",
                Author = "one of the members",
                TrainingCases = training,
                ValidationCases = [validation],
                Inputs = new()
                {
                    Lowest = [low, 1],
                    Highest = [high, 2],
                    Orientations = ["RAS"],
                    Channels = 1,
                    Count = 2,
                },
                Plan = plan,
                Options = JsonSerializer.SerializeToElement(options),
                Results = [new($"validation of {validation.Name}", "dice", "mean", 0.9, null, null, 1)],
            };
        CardMember[] members =
        [
            new("fold-0.zip", new string('a', 64), Card([a, b], c, 1, 3, "first")),
            new("fold-1.zip", new string('b', 64), Card([b, c], a, 0, 2, "second")),
        ];

        var card = ModelCard.OfEnsemble(members);

        CollectionAssert.AreEquivalent(new[] { a, b, c }, card.TrainingCases.ToArray());
        Assert.IsEmpty(card.ValidationCases);
        Assert.AreEqual("Task04", card.DataSet);
        Assert.AreEqual("", card.Author);
        CollectionAssert.AreEqual(new[] { 0.0, 1 }, card.Inputs!.Lowest.ToArray());
        CollectionAssert.AreEqual(new[] { 3.0, 2 }, card.Inputs.Highest.ToArray());
        Assert.AreEqual(3, card.Inputs.Count);
        Assert.AreEqual(plan.GetRawText(), card.Plan?.GetRawText());
        Assert.IsNull(card.Options);
        Assert.HasCount(2, card.Results);
        StringAssert.Contains(card.ToRows().Single(row => row.Name == "members").Value, "fold-1.zip (SHA-256 bbbb");
        using var bom = JsonDocument.Parse(CycloneDx.ToJson(card, new string('c', 64)));
        Assert.AreEqual(
            new string('b', 64),
            bom.RootElement.GetProperty("components")[0]
                .GetProperty("components")[1]
                .GetProperty("hashes")[0]
                .GetProperty("content")
                .GetString()
        );
        Assert.ThrowsExactly<ArgumentException>(() => ModelCard.OfEnsemble([]));
        Assert.IsNull(ModelCard.OfEnsemble([.. members, new("foreign.zip", new string('d', 64), null)]).Inputs);
    }
}
