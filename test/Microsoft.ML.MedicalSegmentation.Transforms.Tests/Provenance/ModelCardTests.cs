using System.Security.Cryptography;
using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Scoring;

namespace Microsoft.ML.MedicalSegmentation.Provenance;

[TestClass]
public sealed class ModelCardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    private SegmentationModelsCatalog Models => _ml.MedicalSegmentation().Models;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Save_WithACard_KeepsItAndAddsWhatTheModelSays()
    {
        var path = Save(new() { Name = "spheres", IntendedUse = "Tests", TrainingCases = [new("a", "00")], Inputs = Profile() });

        var card = Models.ReadCard(path);

        Assert.IsNotNull(card);
        Assert.AreEqual("spheres", card.Name);
        Assert.AreEqual("bright", card.Classes[1].Name);
        Assert.IsTrue(card.Versions["Microsoft.ML"].StartsWith("5.", StringComparison.Ordinal));
        Assert.AreEqual(new CardCase("a", "00"), card.TrainingCases[0]);
        Assert.AreEqual(0, card.Inputs!.Check(Scans.Make(0).Image).Count);
        Assert.IsTrue(card.Inputs.Check(Scans.Make(0, side: 20).Image).Count > 0);
        Assert.IsNotNull(Models.Load(path));
        Assert.AreEqual(64, Models.DigestOf(path).Length);
    }

    [TestMethod]
    public void ReadCard_ValuesThatAreUnknown_StayUnknown()
    {
        var path = Save(new() { History = [new(1, null, null, true, 2)], Results = [new("test", "hd95", "mean", null, null, null, 0)] });

        var card = Models.ReadCard(path);

        Assert.AreEqual(new CardEpoch(1, null, null, true, 2), card!.History[0]);
        Assert.IsNull(card.Results[0].Mean);
        Assert.IsNull(card.Plan);
        Assert.IsNull(card.Quality);
    }

    [TestMethod]
    public void Load_ByMLNetsOwnCatalog_WorksWithACard()
        => Assert.AreEqual(1, new MLContext().Model.Load(Save(new()), out _).Transform(Data()).Preview(1).RowView.Length);

    [TestMethod]
    public void ReadCard_OfAModelWithoutOne_IsNull()
    {
        Models.Save(Model(), Data().Schema, _folder["plain.zip"]);
        Assert.IsNull(Models.ReadCard(_folder["plain.zip"]));
        _ml.Model.Save(Model(), Data().Schema, _folder["bare.zip"]);
        Assert.IsNull(Models.ReadCard(_folder["bare.zip"]));
    }

    [TestMethod]
    public void Load_AnyByteOfTheFileChanged_IsRefusedWithTheReason()
    {
        var bytes = File.ReadAllBytes(Save(new() { Name = "n" }));
        var path = _folder["changed.zip"];
        var step = Math.Max(1, bytes.Length / 150);
        int[] places = [.. Enumerable.Range(0, bytes.Length / step).Select(i => i * step), .. Enumerable.Range(bytes.Length - 100, 100)];
        foreach (var at in places)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 4;
            File.WriteAllBytes(path, changed);
            var fault = Assert.ThrowsExactly<InputDataException>(() => Models.Load(path), $"byte {at} of {bytes.Length}");
            StringAssert.Contains(fault.Message, "changed.zip is not a valid model zip");
        }
    }

    [TestMethod]
    public void Load_CardOfAnotherModel_IsRefused()
    {
        var (first, second) = (Save(new() { Name = "first" }), Save(new() { Name = "second" }, "second.zip", threshold: false));
        ModelZipParts.Replace(second, CardFile.EntryName, ModelZipParts.Read(first, CardFile.EntryName));
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => Models.Load(second)).Message,
            "its model card is not of this model"
        );
    }

    [TestMethod]
    public void Load_PartAddedOrRemoved_IsRefused()
    {
        var path = Save(new());
        ModelZipParts.Replace(path, "more.txt", "text"u8.ToArray());
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => Models.ReadCard(path)).Message,
            "the part 'more.txt' is not in the card"
        );
        path = Save(new());
        var part = ModelZipParts.Names(path).First(name => name.EndsWith("Version.txt", StringComparison.Ordinal));
        ModelZipParts.Replace(path, part, null);
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => Models.ReadCard(path)).Message,
            $"the part '{part}' is missing"
        );
    }

    [TestMethod]
    public void Load_CardThatIsNoCard_IsRefused()
    {
        var path = Save(new());
        ModelZipParts.Replace(path, CardFile.EntryName, "{\"format\":1}"u8.ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<InputDataException>(() => Models.Load(path)).Message, "model card cannot be read");
        path = Save(new());
        ModelZipParts.Replace(path, CardFile.EntryName, "{\"format\":7,\"card\":{},\"parts\":{}}"u8.ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<InputDataException>(() => Models.Load(path)).Message, "format 7");
    }

    [TestMethod]
    public void Load_TrustedKey_TakesOnlyWhatItSigned()
    {
        var (own, ownPublic) = WriteKey("own");
        var (other, _) = WriteKey("other");
        var options = new ModelLoadOptions { TrustedKeyPath = ownPublic };

        Assert.IsNotNull(Models.Load(Save(new() { Name = "signed" }, key: own), options));
        Assert.AreEqual("signed", Models.ReadCard(Save(new() { Name = "signed" }, key: own), ownPublic)?.Name);
        Refuse(Save(new()), "its model card is not signed");
        Refuse(Save(new(), key: other), "signed by another key");
        Models.Save(Model(), Data().Schema, _folder["plain.zip"]);
        Refuse(_folder["plain.zip"], "no model card, so nobody signed it");

        // Another card under the signature of the first, and everything else made to fit.
        var (signed, forged) = (Save(new() { Limits = "adults" }, key: own), Save(new() { Limits = "none" }, "forged.zip"));
        ModelZipParts.Replace(forged, CardFile.SignatureName, ModelZipParts.Read(signed, CardFile.SignatureName));
        Refuse(forged, "does not match its signature");

        void Refuse(string path, string reason)
            => StringAssert.Contains(Assert.ThrowsExactly<InputDataException>(() => Models.Load(path, options)).Message, reason);
    }

    [TestMethod]
    public void Save_KeyThatCannotSign_SaysSoAndLeavesNoFile()
    {
        var (_, publicKey) = WriteKey("key");
        Assert.ThrowsExactly<ArgumentException>(() => Save(new(), "x.zip", key: publicKey));
        Assert.ThrowsExactly<InputDataException>(() => Save(new(), "x.zip", key: _folder.Write("no.pem", "no key")));
        Assert.ThrowsExactly<FileNotFoundException>(() => Save(new(), "x.zip", key: _folder["missing.pem"]));
        Assert.IsFalse(File.Exists(_folder["x.zip"]));
    }

    private string Save(ModelCard card, string name = "m.zip", string? key = null, bool threshold = true)
    {
        Models.Save(Model(threshold), Data().Schema, _folder[name], card, key);
        return _folder[name];
    }

    private TransformerChain<ITransformer> Model(bool threshold = true) => new(
        SegmentationTransformer.Create(_ml, threshold ? TinyOnnx.Threshold(new(1, 4, 4, 4)) : TinyOnnx.Steps(new(1, 4, 4, 4), classes: 2)));

    private IDataView Data() => _ml.Data.LoadFromEnumerable(Scans.Many(1));

    private static InputProfile Profile() => InputProfile.Of(Scans.Many(3).Select(scan => InputFeatures.Of(scan.Image)));

    private (string Private, string Public) WriteKey(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (
            _folder.Write($"{name}.pem", key.ExportECPrivateKeyPem()),
            _folder.Write($"{name}.pub.pem", key.ExportSubjectPublicKeyInfoPem())
        );
    }
}
