namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

[TestClass]
public class SchemaErrorTests
{
    private readonly MLContext _ml = new(seed: 1);

    private SegmentationTransformsCatalog Transforms => _ml.MedicalSegmentation().Transforms;

    [TestMethod]
    public void Fit_VectorInsteadOfVolume_SaysWhatToDo()
    {
        var fault = FitFault(Transforms.NormalizeIntensity("Image", "Pixels"));
        Assert.AreEqual(
            "Column 'Pixels' is a vector of Single; NormalizeIntensity needs a Volume. Put LoadVolumes before it.",
            fault.Message
        );
    }

    [TestMethod]
    public void Fit_MissingColumn_ListsTheColumns()
    {
        var fault = FitFault(Transforms.LoadVolumes("Image", "Path"));
        foreach (var fact in new[] { "no column 'Path'", "LoadVolumes needs", "Pixels", "Name" })
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    [TestMethod]
    public void Fit_ImageInsteadOfMask_NamesLoadLabelVolumes()
    {
        var fault = FitFault(Transforms.NormalizeIntensity("Image", "Volume", maskColumnName: "Volume"));
        StringAssert.Contains(fault.Message, "Column 'Volume' is a Volume");
        StringAssert.Contains(fault.Message, "needs a LabelVolume. Put LoadLabelVolumes before it.");
    }

    [TestMethod]
    public void ChainFit_WrongColumnAtTheEnd_FailsBeforeAnythingIsFitted()
    {
        var fitted = false;
        var chain = new Watcher(() => fitted = true).Append(Transforms.CropOrPad("Image", "Name", width: 3));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => chain.Fit(Data()));
        StringAssert.Contains(fault.Message, "Column 'Name' is a String");
        Assert.IsFalse(fitted);
    }

    [TestMethod]
    public void Transform_DataOfAnotherSchema_FailsAtOnce()
    {
        var model = Transforms.NormalizeIntensity("Image", "Volume").Fit(Data());
        var other = _ml.Data.LoadFromEnumerable(new[] { new PathRow() });
        var fault = Assert.ThrowsExactly<ArgumentException>(() => model.Transform(other));
        StringAssert.Contains(fault.Message, "no column 'Volume'");
        Assert.ThrowsExactly<ArgumentException>(() => model.GetOutputSchema(other.Schema));
    }

    [TestMethod]
    public void Constructor_EmptyColumnName_IsRefused() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Transforms.LoadVolumes("Image", " ")).Message,
            "column name of LoadVolumes is empty"
        );

    private ArgumentException FitFault(IEstimator<ITransformer> estimator) =>
        Assert.ThrowsExactly<ArgumentException>(() => estimator.Fit(Data()));

    private IDataView Data() => _ml.Data.LoadFromEnumerable(new[] { new Row() });

    private sealed class Row
    {
        public string Name { get; set; } = "";

        [Data.VectorType(4)]
        public float[] Pixels { get; set; } = new float[4];

        [VolumeColumn]
        public Volume Volume { get; set; } = Scans.Make(1).Image;
    }

    /// <summary>An estimator that tells when it is fitted.</summary>
    private sealed class Watcher(Action fitted) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input)
        {
            fitted();
            return new MLContext().Transforms.CopyColumns("Copy", "Name").Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }
}
