using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Compat.MachineLearning;

public sealed class StateRow
{
    [BoxType]
    public Box? Image { get; set; }

    [ColumnName("State")]
    public ReadOnlyMemory<char> State { get; set; }
}

public sealed class KeyRow
{
    [ColumnName("Key")]
    public float Key { get; set; }
}

public sealed class NoColumns;

[CustomMappingFactoryAttribute(Contract)]
public sealed class KeyContract : CustomMappingFactory<NoColumns, KeyRow>
{
    public const string Contract = "Compat.Tests.Key/1";

    public static void Map(NoColumns source, KeyRow target) => target.Key = 1;

    public override Action<NoColumns, KeyRow> GetMapping() => Map;
}

[CustomMappingFactoryAttribute(Contract)]
public sealed class ScaleContract : CustomMappingFactory<StateRow, BoxResult>
{
    public const string Contract = "Compat.Tests.Scale/1";

    public static void Map(StateRow source, BoxResult target) =>
        target.Image = new Box(source.Image!.Content * int.Parse(source.State.Span));

    public override Action<StateRow, BoxResult> GetMapping() => Map;
}

/// <summary>Models in one zip: what is saved comes back, in a context that knows nothing of it.</summary>
[TestClass]
public sealed class ModelTests
{
    private static readonly BoxRow[] Rows = [new() { Name = "a", Image = new Box(3) }, new() { Name = "b", Image = new Box(5) }];

    [TestMethod]
    public void Load_OfChainWithStateAndContract_GivesTheSameValues()
    {
        var context = new MLContext();
        var data = context.Data.LoadFromEnumerable(Rows);
        var model = Pipeline(context).Fit(data);
        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        file.Position = 0;

        var fresh = new MLContext();
        var loaded = fresh.Model.Load(file, out var schema);

        CollectionAssert.AreEqual(new[] { 6, 10 }, Doubled(context, model.Transform(data)));
        CollectionAssert.AreEqual(new[] { 6, 10 }, Doubled(fresh, loaded.Transform(data)));
        Assert.AreEqual("Name", schema.Single().Name, "Columns of custom types are left out of the saved schema.");
        Assert.AreEqual(TextDataViewType.Instance, schema[0].Type);
        CollectionAssert.AreEqual(
            new[] { "Name", "Image", "Doubled" },
            loaded.GetOutputSchema(data.Schema).Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void PredictionEngine_OnLoadedModel_HandsOnReferences()
    {
        var context = new MLContext();
        var data = context.Data.LoadFromEnumerable(Rows);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.zip");
        try
        {
            context.Model.Save(context.Transforms.CopyColumns("Doubled", "Image").Fit(data), data.Schema, path);
            using var engine = context.Model.CreatePredictionEngine<BoxRow, BoxResult>(context.Model.Load(path, out _));

            Assert.AreSame(Rows[1].Image, engine.Predict(Rows[1]).Image);
            Assert.AreSame(Rows[0].Image, engine.Predict(Rows[0]).Image);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Save_OfSchemaWithCustomColumnsOnly_Throws()
    {
        var context = new MLContext();
        var data = context.Data.LoadFromEnumerable([new BoxResult { Image = new Box(1) }]);
        var model = context.Transforms.CopyColumns("Copy", "Doubled").Fit(data);

        var exception = Assert.ThrowsException<InvalidOperationException>(
            () => context.Model.Save(model, data.Schema, new MemoryStream()));

        StringAssert.Contains(exception.Message, "No valid columns to save");
    }

    [TestMethod]
    public void Save_OfMappingWithoutContract_Throws()
    {
        var context = new MLContext();
        var data = context.Data.LoadFromEnumerable(Rows);
        var model = context.Transforms.CustomMapping<NoColumns, KeyRow>((_, row) => row.Key = 2, null).Fit(data);

        var exception = Assert.ThrowsException<InvalidOperationException>(
            () => context.Model.Save(model, data.Schema, new MemoryStream()));

        StringAssert.Contains(exception.Message, "contract");
    }

    [TestMethod]
    public void Load_OfText_ThrowsFormatException() => Assert.ThrowsException<FormatException>(
        () => new MLContext().Model.Load(new MemoryStream(Encoding.UTF8.GetBytes("no zip at all")), out _));

    [TestMethod]
    public void Load_OfAnotherZip_ThrowsInvalidOperation()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("readme.txt");
        }

        Assert.ThrowsException<InvalidOperationException>(() => new MLContext().Model.Load(file, out _));
    }

    [TestMethod]
    public void Load_OfCutModel_ThrowsFormatException()
    {
        var context = new MLContext();
        var data = context.Data.LoadFromEnumerable(Rows);
        using var file = new MemoryStream();
        context.Model.Save(Pipeline(context).Fit(data), data.Schema, file);

        Assert.ThrowsException<FormatException>(
            () => context.Model.Load(new MemoryStream(file.ToArray()[..(int)(file.Length / 2)]), out _));
    }

    private static EstimatorChain<ColumnSelectingTransformer> Pipeline(MLContext context) =>
        context.Transforms.CustomMapping<NoColumns, KeyRow>(KeyContract.Map, KeyContract.Contract)
            .Append(context.Transforms.Conversion.MapValue(
                "State", [new KeyValuePair<float, string>(1, "2")], "Key"))
            .Append(context.Transforms.CustomMapping<StateRow, BoxResult>(ScaleContract.Map, ScaleContract.Contract))
            .Append(context.Transforms.DropColumns("Key", "State"));

    private static int[] Doubled(MLContext context, IDataView view) => context.Data
        .CreateEnumerable<BoxResult>(view, reuseRowObject: false).Select(row => row.Image!.Content).ToArray();
}
