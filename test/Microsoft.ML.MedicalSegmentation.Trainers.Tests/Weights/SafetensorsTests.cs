using System.Buffers.Binary;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights;

[TestClass]
public class SafetensorsTests
{
    [TestMethod]
    public void Read_BytesMadeByHand_GivesTensorsAndMetadata()
    {
        var file = Read("""
            {"__metadata__":{"made":"by hand"},"b":{"dtype":"I64","shape":[],"data_offsets":[8,16]},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},
            "c":{"dtype":"BF16","shape":[2],"data_offsets":[16,20]},"e":{"dtype":"BOOL","shape":[0,7],"data_offsets":[20,20]}}
            """, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 9, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0xc0]);

        Assert.AreEqual("safetensors", file.Format);
        Assert.AreEqual("by hand", file.Metadata["made"]);
        var tensors = file.Tensors.ToDictionary(tensor => tensor.Name);
        CollectionAssert.AreEqual(new float[] { 1, -2 }, tensors["a"].ToSingle());
        CollectionAssert.AreEqual(new long[] { 1, 2 }, tensors["a"].Shape.ToArray());
        CollectionAssert.AreEqual(new long[] { 9 }, tensors["b"].ToInt64());
        CollectionAssert.AreEqual(new float[] { 1, -2 }, tensors["c"].ToSingle());
        Assert.AreEqual(0, tensors["e"].Count);
    }

    [TestMethod]
    public void Write_ThenRead_GivesTheSame()
    {
        using var folder = new TemporaryFolder();
        var path = folder["w.safetensors"];
        WeightTensor[] tensors =
        [
            WeightTensor.Create("größe \"a\"", [1, float.MinValue, -0f], 3),
            WeightTensor.Create("count", [long.MinValue]),
        ];

        WeightsFile.WriteSafetensors(path, tensors, new Dictionary<string, string> { ["license"] = "own" });

        var file = WeightsFile.Read(path);
        Assert.AreEqual("own", file.Metadata["license"]);
        foreach (var tensor in tensors)
        {
            var read = file.Tensors.Single(other => other.Name == tensor.Name);
            Assert.AreEqual(tensor.Type, read.Type);
            CollectionAssert.AreEqual(tensor.Shape.ToArray(), read.Shape.ToArray());
            Assert.IsTrue(tensor.ToBytes().Span.SequenceEqual(read.ToBytes().Span));
        }

        Assert.AreEqual(1, Directory.GetFiles(folder.Path).Length, "No temporary file is left.");
        var bytes = File.ReadAllBytes(path);
        Assert.AreEqual(0UL, BinaryPrimitives.ReadUInt64LittleEndian(bytes) % 8, "Numbers are aligned.");
        WeightsFile.WriteSafetensors(path, tensors, new Dictionary<string, string> { ["license"] = "own" });
        CollectionAssert.AreEqual(bytes, File.ReadAllBytes(path));
    }

    [TestMethod]
    public void Write_NamesThatClash_FailsAndLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        var twice = WeightTensor.Create("a", [1f], 1);

        Assert.ThrowsExactly<ArgumentException>(() => WeightsFile.WriteSafetensors(folder["w"], [twice, twice]));
        Assert.ThrowsExactly<ArgumentException>(() =>
            WeightsFile.WriteSafetensors(folder["w"], [WeightTensor.Create("__metadata__", [1f], 1)])
        );
        Assert.AreEqual(0, Directory.GetFiles(folder.Path).Length);
    }

    [TestMethod]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "sizes [2]")]
    [DataRow("""{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}""", 4, "sizes [-1, -1]")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "sizes")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "offsets")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "offsets")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "offsets")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
        8,
        "overlaps"
    )]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "gaps")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "5 follow the header")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]}}""", 4, "at most")]
    [DataRow("""{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4, "'F8_E4M3'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "header")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
        4,
        "header"
    )]
    [DataRow("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "header")]
    [DataRow("""{"a":[[[[[[[[[[[[]]]]]]]]]]]]}""", 4, "header")]
    [DataRow("""{"":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "0 letters")]
    [DataRow("{", 4, "header")]
    public void Read_FaultyHeader_IsRefused(string header, int length, string fault)
    {
        var error = Assert.ThrowsExactly<InputDataException>(() => Read(header, new byte[length]));

        StringAssert.Contains(error.Message, fault);
    }

    [TestMethod]
    [DataRow(ulong.MaxValue)]
    [DataRow(1UL << 33)]
    [DataRow(1000UL)]
    public void Read_HeaderLongerThanTheFile_IsRefusedBeforeMemoryIsTaken(ulong length)
    {
        var bytes = new byte[40];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        bytes[8] = (byte)'{';

        var error = Assert.ThrowsExactly<InputDataException>(() => WeightsFile.Read(new MemoryStream(bytes)));

        StringAssert.Contains(error.Message, $"{length} bytes");
    }

    private static WeightsFile Read(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        return WeightsFile.Read(new MemoryStream([.. length, .. text, .. data]));
    }
}
