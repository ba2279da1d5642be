using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.Saving;

/// <summary>No row's file replaces that of another row.</summary>
[TestClass]
public sealed class SavedPathsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("S1/scan", "S2/scan")]
    [DataRow("dup", "dup")]
    [DataRow("x", "x.nii.gz")]
    [DataRow("../../evil", "evil")]
    public void SaveVolumes_RowsOfOneFileName_KeepTheFirstAndFail(string first, string second)
    {
        var rows = _folder.WriteScans(2);
        (rows[0].CaseId, rows[1].CaseId) = (first, second);
        var data = _ml.Data.LoadFromEnumerable(rows);
        var transforms = _ml.MedicalSegmentation().Transforms;
        var saved = transforms
            .LoadVolumes()
            .Append(transforms.SaveVolumes("SavedImage", "Image", _folder["out"]))
            .Fit(data)
            .Transform(data);
        using var cursor = saved.GetRowCursor(saved.Schema);
        var getPath = cursor.GetGetter<ReadOnlyMemory<char>>(saved.Schema["SavedImage"]);
        ReadOnlyMemory<char> path = default;
        Assert.IsTrue(cursor.MoveNext());
        getPath(ref path);
        var before = File.ReadAllBytes(path.ToString());
        Assert.IsTrue(cursor.MoveNext());

        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => getPath(ref path));

        StringAssert.Contains(fault.Message, "Nothing was replaced");
        CollectionAssert.AreEqual(before, File.ReadAllBytes(path.ToString()));
        Assert.AreEqual(1, Directory.GetFiles(_folder["out"]).Length);
    }

    [TestMethod]
    public void SaveVolumes_ReadTwice_WritesTheSameFilesAgain()
    {
        var data = _ml.Data.LoadFromEnumerable(_folder.WriteScans(2));
        var transforms = _ml.MedicalSegmentation().Transforms;
        var saved = transforms
            .LoadVolumes()
            .Append(transforms.SaveVolumes("SavedImage", "Image", _folder["out"]))
            .Fit(data)
            .Transform(data);
        for (var pass = 0; pass < 2; pass++)
        {
            Assert.AreEqual(2, saved.GetColumn<string>("SavedImage").Distinct().Count());
        }
    }
}
