namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

[TestClass]
public sealed class DamagedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);
    private readonly byte[] _zip;
    private readonly Scan _scan = Scans.Make(1);
    private readonly float[] _expected;

    public DamagedModelTests()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        var transforms = _ml.MedicalSegmentation().Transforms;
        var model = transforms.NormalizeIntensity().Append(transforms.CropOrPad(width: 4)).Fit(data);
        _ml.MedicalSegmentation().SaveModel(model, data.Schema, _folder["model.zip"]);
        _zip = File.ReadAllBytes(_folder["model.zip"]);
        _expected = Score(model);
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void LoadModel_WholeZip_ScoresAsBefore()
        => CollectionAssert.AreEqual(_expected, Score(_ml.MedicalSegmentation().LoadModel(_folder["model.zip"])));

    [TestMethod]
    public void LoadModel_CutAnywhere_NamesFileAndRemedy()
    {
        foreach (var share in new[] { 0.0, 0.25, 0.5, 0.75, 0.999 })
        {
            var path = Write(_zip.AsSpan(0, (int)(_zip.Length * share)));
            var fault = Assert.ThrowsExactly<InputDataException>(() => _ml.MedicalSegmentation().LoadModel(path));
            StringAssert.Contains(fault.Message, path);
            StringAssert.Contains(fault.Message, "Copy it again");
        }
    }

    [TestMethod]
    public void LoadModel_AnyByteChanged_IsRefusedOrHarmless()
    {
        var refused = 0;
        var positions = Enumerable.Range(0, 400).Select(i => (int)((long)_zip.Length * i / 400)).ToList();
        foreach (var position in positions)
        {
            var changed = _zip.ToArray();
            changed[position] ^= 0x10;
            var path = Write(changed);
            try
            {
                CollectionAssert.AreEqual(_expected, Score(_ml.MedicalSegmentation().LoadModel(path)), $"byte {position}");
            }
            catch (InputDataException fault)
            {
                StringAssert.Contains(fault.Message, path);
                StringAssert.Contains(fault.Message, "Copy it again");
                refused++;
            }
        }

        // What remains are bytes that say nothing of the content, such as time stamps.
        Assert.IsTrue(refused > positions.Count * 2 / 3, $"only {refused} of {positions.Count} changes were noticed");
    }

    [TestMethod]
    public void PlainLoad_StateChanged_IsRefusedBeforeTheFirstRow()
    {
        var path = _folder["changed.zip"];
        var function = new VolumeCropping(new CropOrPadEstimator.Options { Width = 4, Height = null, Depth = null, PadValue = 0 });
        var (state, _) = function.ToState().ToText(function.ContractName);
        var changed = state.Replace("\"Width\":4", "\"Width\":5", StringComparison.Ordinal);
        Assert.AreNotEqual(state, changed);
        _ml.Model.Save(ZipStages.Build(function, changed, null, ["Image"], ["Image"]), null, path);

        var model = _ml.Model.Load(path, out _);
        var fault = Assert.ThrowsExactly<InputDataException>(() => Score(model));
        StringAssert.Contains(fault.Message, "SHA-256");
        StringAssert.Contains(fault.Message, "CropOrPad/1");
    }

    [TestMethod]
    public void LoadModel_OtherFiles_SaysWhatIsWrong()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<FileNotFoundException>(() => _ml.MedicalSegmentation().LoadModel("no-model.zip")).Message,
            "no-model.zip"
        );
        var text = _folder.Write("notes.zip", "This is not a zip.");
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => _ml.MedicalSegmentation().LoadModel(text)).Message,
            "is not a valid model zip"
        );
    }

    private float[] Score(ITransformer model)
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { _scan });
        return _ml.Data.CreateEnumerable<ScanResult>(model.Transform(data), reuseRowObject: false).Single().Image.Values();
    }

    private string Write(ReadOnlySpan<byte> bytes)
    {
        var path = _folder["damaged.zip"];
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
