using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.MachineLearning;

/// <summary>Vectors, column types, schemas and annotations by themselves.</summary>
[TestClass]
public sealed class ValueTests
{
    [TestMethod]
    public void VBufferEditor_OnLargeEnoughBuffer_ReusesItsMemory()
    {
        var values = new float[10];
        var buffer = new VBuffer<float>(10, values);

        var editor = VBufferEditor.Create(ref buffer, 4);
        editor.Values.Fill(3);
        buffer = editor.Commit();

        Assert.IsFalse(editor.CreatedNewValues);
        Assert.AreEqual(3f, values[3]);
        Assert.AreEqual(4, buffer.Length);
        Assert.AreEqual(4, buffer.GetValues().Length);
        Assert.IsTrue(VBufferEditor.Create(ref buffer, 11).CreatedNewValues);
    }

    [TestMethod]
    public void VBuffer_OfSparseValues_GivesThemDense()
    {
        var buffer = new VBuffer<int>(5, 2, [7, 9], [1, 4]);
        var dense = new int[5];
        buffer.CopyTo(dense);
        VBuffer<int> part = default;
        buffer.CopyTo(ref part, 1, 3);

        Assert.IsFalse(buffer.IsDense);
        CollectionAssert.AreEqual(new[] { 0, 7, 0, 0, 9 }, dense);
        CollectionAssert.AreEqual(dense, buffer.DenseValues().ToArray());
        CollectionAssert.AreEqual(new[] { 7, 0, 0 }, part.DenseValues().ToArray());
        Assert.AreEqual(9, buffer.GetItemOrDefault(4));
        Assert.AreEqual(0, buffer.GetItemOrDefault(3));
        CollectionAssert.AreEqual(new[] { 1, 4 }, buffer.GetIndices().ToArray());
        Assert.AreEqual(2, buffer.Items().Count());
        Assert.AreEqual(5, buffer.Items(all: true).Count());
    }

    [TestMethod]
    public void VBuffer_CopyTo_SharesNoMemory()
    {
        var source = new VBuffer<float>(3, [1, 2, 3]);
        VBuffer<float> copy = default;

        source.CopyTo(ref copy);
        VBufferEditor.CreateFromBuffer(ref copy).Values[0] = 5;

        Assert.AreEqual(1f, source.GetItemOrDefault(0));
        Assert.AreEqual(5f, copy.GetItemOrDefault(0));
    }

    [TestMethod]
    public void VectorType_OfDimensions_KnowsItsSize()
    {
        var known = new VectorDataViewType(NumberDataViewType.Single, 2, 3, 4);
        var varying = new VectorDataViewType(NumberDataViewType.Single, 0, 3);

        Assert.AreEqual(24, known.Size);
        Assert.IsTrue(known.IsKnownSize);
        Assert.IsFalse(varying.IsKnownSize);
        Assert.AreEqual(typeof(VBuffer<float>), known.RawType);
        Assert.AreEqual(known, new VectorDataViewType(NumberDataViewType.Single, 2, 3, 4));
        Assert.AreNotEqual(known, new VectorDataViewType(NumberDataViewType.Single, 24));
        Assert.AreEqual("Vector<Single, 2, 3, 4>", known.ToString());
        Assert.AreEqual("Vector<Single>", new VectorDataViewType(NumberDataViewType.Single).ToString());
    }

    [TestMethod]
    public void KeyType_OfCount_EqualsByTypeAndCount()
    {
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(uint), 3UL));
        Assert.AreNotEqual(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(byte), 3));
        Assert.AreEqual("Key<UInt32, 0-2>", new KeyDataViewType(typeof(uint), 3).ToString());
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(uint), 0));
    }

    [TestMethod]
    public void Schema_WithAnnotations_GivesThemByKind()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue("Spacing", NumberDataViewType.Double, 0.5);
        annotations.Add<VBuffer<float>>(
            "Origin", new VectorDataViewType(NumberDataViewType.Single, 3),
            (ref VBuffer<float> value) => new VBuffer<float>(3, [1, 2, 3]).CopyTo(ref value));
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Image", TextDataViewType.Instance, annotations.ToAnnotations());

        var schema = builder.ToSchema();

        var spacing = 0.0;
        schema["Image"].Annotations.GetValue("Spacing", ref spacing);
        VBuffer<float> origin = default;
        schema["Image"].Annotations.GetValue("Origin", ref origin);
        Assert.AreEqual(0.5, spacing);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3 }, origin.DenseValues().ToArray());
        Assert.ThrowsException<InvalidOperationException>(
            () => schema["Image"].Annotations.GetValue("Nothing", ref spacing));
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => schema["Nothing"]);
        Assert.IsNull(schema.GetColumnOrNull("Nothing"));
    }

    [TestMethod]
    public void Register_OfTypeForTwoClasses_Throws()
    {
        new BoxTypeAttribute().Register();
        new BoxTypeAttribute().Register();

        Assert.ThrowsException<ArgumentOutOfRangeException>(() => DataViewTypeManager.Register(
            BoxDataViewType.Instance, typeof(StringComparer), new BoxTypeAttribute()));
    }

    [TestMethod]
    public void RowId_OfRows_MakesOthers()
    {
        var id = new DataViewRowId(3, 0);

        Assert.AreEqual(id, new DataViewRowId(3, 0));
        Assert.AreNotEqual(id.Fork(), id.Next());
        Assert.AreNotEqual(id, id.Fork());
        Assert.AreNotEqual(id.Combine(id.Fork()), id.Combine(id.Next()));
        Assert.AreEqual(-1, Math.Sign(id.CompareTo(new DataViewRowId(0, 1))));
        Assert.AreEqual("00000000000000010000000000000002", new DataViewRowId(2, 1).ToString());
    }
}
