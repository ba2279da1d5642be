using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>
/// Only numbers are asked for that stock transforms compute from volumes. ML.NET then reads rows ahead on several threads,
/// each with a cursor of its own, so that the functions of a loaded model run side by side.
/// </summary>
[TestClass]
public sealed class NumbersOfLoadedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    private sealed class ImageOnly
    {
        [VolumeColumn]
        public Volume Image { get; set; } = null!;
    }

    private sealed class Mean
    {
        public float Value { get; set; }
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Transform_ManyRows_GivesEachRowItsOwnNumber()
    {
        var rows = _folder.WriteScans(150);

        var actual = Means(rows);

        var data = _ml.Data.LoadFromEnumerable(rows);
        var volumes = _ml.Data.CreateEnumerable<ScanResult>(Model(data).Transform(data), reuseRowObject: false);
        CollectionAssert.AreEqual(volumes.Select(row => row.Image.Values().Average()).ToArray(), actual);
        Assert.IsTrue(actual.Distinct().Count() > 100);
    }

    [TestMethod]
    public void Transform_OneFileIsMissing_NamesIt()
    {
        var rows = _folder.WriteScans(3);
        rows[1].ImagePath = _folder["lost.nii"];

        Exception? fault = null;
        try
        {
            Means(rows);
        }
        catch (Exception e)
        {
            // ML.NET wraps what its threads meet.
            fault = e.GetBaseException();
        }

        Assert.IsNotNull(fault);
        StringAssert.Contains(fault.Message, "lost.nii");
    }

    private float[] Means(IEnumerable<PathRow> rows)
    {
        var data = _ml.Data.LoadFromEnumerable(rows);
        var model = Model(data);
        _ml.Model.Save(model, data.Schema, _folder["model.zip"]);
        return Means(_ml.Model.Load(_folder["model.zip"], out _).Transform(data));
    }

    private float[] Means(IDataView view)
    {
        var mean = _ml.Transforms.CustomMapping<ImageOnly, Mean>(
            (row, mean) => mean.Value = row.Image.Values().Average(),
            contractName: null
        );
        return [.. _ml.Data.CreateEnumerable<Mean>(mean.Fit(view).Transform(view), reuseRowObject: false).Select(row => row.Value)];
    }

    private TransformerChain<VolumeTransformer> Model(IDataView data)
    {
        var transforms = _ml.MedicalSegmentation().Transforms;
        return transforms.LoadVolumes().Append(transforms.CropOrPad(width: 5)).Fit(data);
    }
}
