using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Compat.MachineLearning;

/// <summary>One object at a time.</summary>
[TestClass]
public sealed class PredictionEngineTests
{
    private readonly MLContext _context = new();
    private readonly IDataView _numbers;

    public PredictionEngineTests() => _numbers = _context.Data.LoadFromEnumerable(NumberRow.Make(3));

    [TestMethod]
    public void Predict_OfRows_MapsEachAnew()
    {
        using var engine = _context.Model.CreatePredictionEngine<NumberRow, KeyRow>(Model());

        Assert.AreEqual(4f, engine.Predict(new NumberRow { Value = 4 }).Key);
        Assert.AreEqual(5f, engine.Predict(new NumberRow { Value = 5 }).Key);
        var reused = new KeyRow();
        engine.Predict(new NumberRow { Value = 6 }, ref reused);
        Assert.AreEqual(6f, reused.Key);
        Assert.IsNotNull(engine.OutputSchema.GetColumnOrNull("Key"));
    }

    [TestMethod]
    public void Create_OfInputWithoutColumn_Throws()
    {
        var exception = Assert.ThrowsException<ArgumentOutOfRangeException>(
            () => _context.Model.CreatePredictionEngine<BoxRow, KeyRow>(Model()));

        StringAssert.Contains(exception.Message, "'Value'");
    }

    [TestMethod]
    public void Create_OfOutputWithoutColumn_ThrowsUnlessIgnored()
    {
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => _context.Model
            .CreatePredictionEngine<NumberRow, BoxRow>(Model(), ignoreMissingColumns: false));
        using var engine = _context.Model.CreatePredictionEngine<NumberRow, BoxRow>(Model());

        Assert.IsNull(engine.Predict(new NumberRow()).Image);
    }

    [TestMethod]
    public void Create_WithInputSchema_TakesItsTypes()
    {
        var samples = _context.Data.LoadFromEnumerable([SampleRow.Make(1)]);
        var model = _context.Transforms.CopyColumns("Copy", "Grid").Fit(samples);

        using var engine = _context.Model.CreatePredictionEngine<SampleRow, GridCopy>(model, samples.Schema);

        Assert.AreEqual(samples.Schema["Grid"].Type, engine.OutputSchema["Copy"].Type);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5, 6 }, engine.Predict(SampleRow.Make(1)).Copy);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Dispose_OfEngine_DisposesTheTransformerItOwns(bool owns)
    {
        var transformer = new DisposableTransformer(Model());
        var options = new PredictionEngineOptions();
        Assert.IsTrue(options.OwnsTransformer, "By default, the engine owns it.");
        options.OwnsTransformer = owns;
        var engine = _context.Model.CreatePredictionEngine<NumberRow, KeyRow>(
            new TransformerChain<ITransformer>(transformer), options);

        engine.Dispose();
        engine.Dispose();

        Assert.AreEqual(owns ? 1 : 0, transformer.Disposals);
    }

    [TestMethod]
    public void Predict_OfResultNotAskedFor_ComputesNothing()
    {
        var calls = 0;
        var model = _context.Transforms.CopyColumns("Copy", "Value").Append(
            _context.Transforms.CustomMapping<NumberRow, KeyRow>((_, _) => calls++, null)).Fit(_numbers);

        using var engine = _context.Model.CreatePredictionEngine<NumberRow, NumberRow>(model);
        engine.Predict(new NumberRow());

        Assert.AreEqual(0, calls);
    }

    private ColumnCopyingTransformer Model() => _context.Transforms.CopyColumns("Key", "Value").Fit(_numbers);

    public sealed class GridCopy
    {
        public float[] Copy { get; set; } = [];
    }

    private sealed class DisposableTransformer(ITransformer inner) : ITransformer, IDisposable
    {
        public int Disposals { get; private set; }

        public bool IsRowToRowMapper => true;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

        public IDataView Transform(IDataView input) => inner.Transform(input);

        public void Save(ModelSaveContext ctx) => inner.Save(ctx);

        public void Dispose() => Disposals++;
    }
}
