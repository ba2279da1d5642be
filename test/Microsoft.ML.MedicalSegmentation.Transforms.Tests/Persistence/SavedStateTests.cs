namespace Microsoft.ML.MedicalSegmentation.Persistence;

[TestClass]
public class SavedStateTests
{
    private const string Contract = "Test/1";

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(1000)]
    public void ToText_FromText_RoundTrips(int payloadLength)
    {
        var payload = new byte[payloadLength];
        new Random(1).NextBytes(payload);
        var state = SavedState.Of(new CropOrPadSettings(3, null, 5, 0.5), payload);
        var read = SavedState.FromText(state.ToText(Contract), Contract);
        CollectionAssert.AreEqual(payload, read.Payload.ToArray());
        Assert.AreEqual(new CropOrPadSettings(3, null, 5, 0.5), read.Read<CropOrPadSettings>());
    }

    [TestMethod]
    public void FromText_AnyCharacterChanged_IsRefused()
    {
        var text = SavedState.Of(new CropOrPadSettings(3, 4, 5, 0), new byte[] { 1, 2, 3, 4 }).ToText(Contract);
        for (var i = 0; i < text.Length; i++)
        {
            var changed = text.ToCharArray();
            changed[i] = changed[i] == 'x' ? 'y' : 'x';
            var fault = Assert.ThrowsExactly<InvalidDataException>(() => SavedState.FromText(changed, Contract), $"character {i}");
            StringAssert.Contains(fault.Message, "copy it again");
        }
    }

    [TestMethod]
    public void FromText_CutAnywhere_IsRefused()
    {
        var text = SavedState.Of(new CropOrPadSettings(3, 4, 5, 0), new byte[] { 1, 2, 3, 4 }).ToText(Contract);
        for (var length = 0; length < text.Length; length++)
        {
            Assert.ThrowsExactly<InvalidDataException>(() => SavedState.FromText(text.AsSpan(0, length), Contract), $"{length} characters");
        }
    }

    [TestMethod]
    public void FromText_OfAnotherContract_SaysSo()
    {
        var text = SavedState.Of(1).ToText(Contract);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => SavedState.FromText(text, "Test/2")).Message, "belongs to another transform");
    }

    [TestMethod]
    [DataRow("{ \"Width\": 3, \"Height\": 3, \"Depth\": 3, \"PadValue\": 0, \"Shell\": \"rm\" }")]
    [DataRow("{ \"Width\": 3 }")]
    [DataRow("null")]
    [DataRow("[")]
    public void Read_JsonOfAnotherShape_IsRefused(string json)
        => StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => new SavedState(json, default).Read<CropOrPadSettings>()).Message, "later version");

    [TestMethod]
    public void SavedFunctions_SameString_DecodesOnce()
    {
        var calls = 0;
        var text = SavedState.Of(new CropOrPadSettings(3, 4, 5, 0)).ToText(Contract);
        VolumeCropping Restore(SavedState state)
        {
            calls++;
            return new(state.Read<CropOrPadSettings>());
        }

        var first = SavedFunctions.Get(text.AsMemory(), Contract, Restore);
        Assert.AreSame(first, SavedFunctions.Get(text.AsMemory(), Contract, Restore));
        Assert.AreEqual(1, calls);
    }

    [TestMethod]
    public void SavedFunctions_ValuesOutOfRange_AreBlamedOnTheModel()
    {
        var text = SavedState.Of(new CropOrPadSettings(-3, 4, 5, 0)).ToText(Contract);
        var fault = Assert.ThrowsExactly<InvalidDataException>(
            () => SavedFunctions.Get(text.AsMemory(), Contract, state => new VolumeCropping(state.Read<CropOrPadSettings>())));
        StringAssert.Contains(fault.Message, "below 1");
    }
}
