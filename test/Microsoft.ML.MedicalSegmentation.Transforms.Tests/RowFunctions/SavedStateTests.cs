namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

[TestClass]
public class SavedStateTests
{
    private const string Contract = "Test/1";

    [TestMethod]
    [DataRow(new int[0])]
    [DataRow(new[] { 1 })]
    [DataRow(new[] { 1000, 7, 8 })]
    [DataRow(new[] { 300_001 })]
    public void ToText_FromText_RoundTrips(int[] lengths)
    {
        var blobs = Blobs(lengths);
        var state = SavedState.Of(
            new CropOrPadEstimator.Options
            {
                Width = 3,
                Height = null,
                Depth = 5,
                PadValue = 0.5,
            },
            blobs
        ) with
        {
            Columns = new(["a"], ["b", "c"]),
        };

        var (text, blobText) = state.ToText(Contract);
        var read = SavedState.FromText(text, blobText, Contract);

        Assert.AreEqual(lengths.Length, read.Blobs.Count);
        for (var i = 0; i < lengths.Length; i++)
        {
            CollectionAssert.AreEqual(blobs[i].ToArray(), read.Blobs[i].ToArray());
        }

        Assert.AreEqual(
            new CropOrPadEstimator.Options
            {
                Width = 3,
                Height = null,
                Depth = 5,
                PadValue = 0.5,
            },
            read.Read<CropOrPadEstimator.Options>()
        );
        CollectionAssert.AreEqual(new[] { "b", "c" }, read.Columns!.Outputs);
    }

    [TestMethod]
    public void BlobText_AllCharacters_HasNoneThatEndsALiteral()
    {
        // Every pair of bytes, as they stand in the text: the sequence that they are combined with is taken off first.
        var bytes = new byte[2 * 65536];
        for (var i = 0; i < 65536; i++)
        {
            (bytes[2 * i], bytes[(2 * i) + 1]) = ((byte)i, (byte)(i >> 8));
        }

        BlobText.Whiten(bytes);
        var text = BlobText.Write("digest", [bytes]);

        foreach (var character in "\"\\\n\r\u0085\u2028\u2029\0")
        {
            Assert.IsFalse(text.Contains(character), $"U+{(int)character:X4}");
        }

        var reader = new BlobReader([bytes.Length]);
        reader.Take(text.AsSpan($"{BlobText.Magic} digest {bytes.Length} ".Length));
        CollectionAssert.AreEqual(bytes, reader.ToBlobs().Single());
    }

    [TestMethod]
    public void FromText_AnyCharacterOfTheStateChanged_IsRefused()
    {
        var (text, blobs) = SavedState
            .Of(
                new CropOrPadEstimator.Options
                {
                    Width = 3,
                    Height = 4,
                    Depth = 5,
                    PadValue = 0,
                },
                Blobs(4)
            )
            .ToText(Contract);
        for (var i = 0; i < text.Length; i++)
        {
            var fault = Assert.ThrowsExactly<InputDataException>(
                () => SavedState.FromText(Changed(text, i), blobs, Contract),
                $"character {i}"
            );
            StringAssert.Contains(fault.Message, "copy it again");
        }
    }

    [TestMethod]
    public void FromText_AnyCharacterOfTheBlobsChanged_IsRefused()
    {
        var (text, blobs) = SavedState
            .Of(
                new CropOrPadEstimator.Options
                {
                    Width = 3,
                    Height = 4,
                    Depth = 5,
                    PadValue = 0,
                },
                Blobs(40, 5)
            )
            .ToText(Contract);
        for (var i = 0; i < blobs!.Length; i++)
        {
            var fault = Assert.ThrowsExactly<InputDataException>(
                () => SavedState.FromText(text, Changed(blobs, i), Contract),
                $"character {i}"
            );
            StringAssert.Contains(fault.Message, "copy it again");
        }
    }

    [TestMethod]
    public void FromText_CutAnywhere_IsRefused()
    {
        var (text, blobs) = SavedState
            .Of(
                new CropOrPadEstimator.Options
                {
                    Width = 3,
                    Height = 4,
                    Depth = 5,
                    PadValue = 0,
                },
                Blobs(40)
            )
            .ToText(Contract);
        for (var length = 0; length < text.Length; length++)
        {
            Assert.ThrowsExactly<InputDataException>(
                () => SavedState.FromText(text.AsSpan(0, length), blobs, Contract),
                $"{length} characters"
            );
        }

        for (var length = 0; length < blobs!.Length; length++)
        {
            Assert.ThrowsExactly<InputDataException>(
                () => SavedState.FromText(text, blobs.AsSpan(0, length), Contract),
                $"{length} characters"
            );
        }
    }

    [TestMethod]
    public void FromText_BlobsOfAnotherState_AreRefused()
    {
        var (text, _) = SavedState.Of(1, Blobs(4)).ToText(Contract);
        var (_, blobs) = SavedState.Of(2, Blobs(4)).ToText(Contract);
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => SavedState.FromText(text, blobs, Contract)).Message,
            "another model"
        );
    }

    [TestMethod]
    public void FromText_AnnouncedLengthBeyondTheText_TakesNoMemory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.ThrowsExactly<InputDataException>(() =>
            SavedState.FromText("medseg-state/2 Test/1 d 2 2 1000000000 {} {}", $"{BlobText.Magic} d 1000000000 abc", Contract)
        );
        Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void FromText_OfVersion1_IsRead()
    {
        // As the first version wrote these options and the bytes 1, 2, 3, 4.
        const string Json = "{\"Width\":3,\"Height\":null,\"Depth\":5,\"PadValue\":0.5}";
        var state = new SavedState(Json, [new byte[] { 1, 2, 3, 4 }]);
        var text = $"medseg-state/1 {Contract} {state.Digest(Contract, columns: null)} {Json.Length} 4 {Json} AQIDBA==";

        var read = SavedState.FromText(text, default, Contract);

        Assert.AreEqual(
            new CropOrPadEstimator.Options
            {
                Width = 3,
                Height = null,
                Depth = 5,
                PadValue = 0.5,
            },
            read.Read<CropOrPadEstimator.Options>()
        );
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4 }, read.Blobs.Single().ToArray());
        Assert.IsNull(read.Columns);
        for (var i = 0; i < text.Length; i++)
        {
            Assert.ThrowsExactly<InputDataException>(() => SavedState.FromText(Changed(text, i), default, Contract), $"character {i}");
        }
    }

    [TestMethod]
    public void FromText_OfAnotherContract_SaysSo()
    {
        var (text, _) = SavedState.Of(1).ToText(Contract);
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => SavedState.FromText(text, default, "Test/2")).Message,
            "belongs to another transform"
        );
    }

    [TestMethod]
    [DataRow("{ \"Width\": 3, \"Height\": 3, \"Depth\": 3, \"PadValue\": 0, \"Shell\": \"rm\" }")]
    [DataRow("{ \"Width\": \"wide\" }")]
    [DataRow("null")]
    [DataRow("[")]
    public void Read_JsonOfAnotherShape_IsRefused(string json) =>
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => new SavedState(json, []).Read<CropOrPadEstimator.Options>()).Message,
            "later version"
        );

    [TestMethod]
    public void SavedFunctions_SameString_DecodesOnce()
    {
        var calls = 0;
        var (text, _) = SavedState.Of(new CropOrPadEstimator.Options { Width = 3, Height = 4, Depth = 5, PadValue = 0 }).ToText(Contract);
        VolumeCropping Restore(SavedState state)
        {
            calls++;
            return new(state.Read<CropOrPadEstimator.Options>());
        }

        var first = SavedFunctions.Get(text.AsMemory(), default, Contract, Restore);
        Assert.AreSame(first, SavedFunctions.Get(text.AsMemory(), default, Contract, Restore));
        Assert.AreEqual(1, calls);
    }

    [TestMethod]
    public void SavedFunctions_DecodingFailedOnce_IsTriedAgain()
    {
        var calls = 0;
        var (text, _) = SavedState.Of(new CropOrPadEstimator.Options { Width = 3, Height = 4, Depth = 5, PadValue = 0 }).ToText(Contract);
        VolumeCropping Restore(SavedState state)
            => ++calls == 1 ? throw new IOException() : new(state.Read<CropOrPadEstimator.Options>());

        Assert.ThrowsExactly<IOException>(() => SavedFunctions.Get(text.AsMemory(), default, Contract, Restore));
        Assert.IsNotNull(SavedFunctions.Get(text.AsMemory(), default, Contract, Restore));
    }

    [TestMethod]
    public void SavedFunctions_ValuesOutOfRange_AreBlamedOnTheModel()
    {
        var (text, _) = SavedState
            .Of(
                new CropOrPadEstimator.Options
                {
                    Width = -3,
                    Height = 4,
                    Depth = 5,
                    PadValue = 0,
                }
            )
            .ToText(Contract);
        var fault = Assert.ThrowsExactly<InputDataException>(() =>
            SavedFunctions.Get(text.AsMemory(), default, Contract, state => new VolumeCropping(state.Read<CropOrPadEstimator.Options>()))
        );
        StringAssert.Contains(fault.Message, "below 1");
    }

    private static ReadOnlyMemory<byte>[] Blobs(params int[] lengths)
    {
        var random = new Random(1);
        return [.. lengths.Select(length =>
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return new ReadOnlyMemory<byte>(bytes);
        })];
    }

    private static char[] Changed(string text, int at)
    {
        var changed = text.ToCharArray();
        changed[at] = changed[at] == 'x' ? 'y' : 'x';
        return changed;
    }
}
