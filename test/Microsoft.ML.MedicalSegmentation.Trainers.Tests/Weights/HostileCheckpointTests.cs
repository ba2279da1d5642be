using System.IO.Compression;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;
using Microsoft.ML.MedicalSegmentation.Weights.Safetensors;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights;

/// <summary>Files of weights that are damaged or made to do harm.</summary>
[TestClass]
public class HostileCheckpointTests
{
    [TestMethod]
    [DataRow("cos\nsystem\n(X\u0008\0\0\0touch xxtR", "'os.system'")]
    [DataRow("cposix\nsystem\n.", "'posix.system'")]
    [DataRow("cbuiltins\neval\n.", "'builtins.eval'")]
    [DataRow("\u008c\u0008builtins\u008c\u0004exec\u0093", "'builtins.exec'")]
    [DataRow("ctorch\nload\n", "'torch.load'")]
    [DataRow("cnumpy.core.multiarray\n_reconstruct\n", "'numpy.core.multiarray._reconstruct'")]
    [DataRow("cnumpy\nndarray\n", "'numpy.ndarray'")]
    [DataRow("cnumpy\ndtype\n(X\u0002\0\0\0O8\u0089\u0088tR", "'O8'")]
    [DataRow(
        "cnumpy\ndtype\n(X\u0002\0\0\0f8\u0089\u0088tR(K\u0003X\u0001\0\0\0>NNNJ\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK\0tb",
        "byte order"
    )]
    [DataRow("cnumpy.core.multiarray\nscalar\n(K\u0001K\u0001tR", "calls numpy.core.multiarray.scalar")]
    [DataRow("c_codecs\nencode\n(X\u0001\0\0\0aX\u0005\0\0\0rot13tR", "calls _codecs.encode")]
    [DataRow("ctorch\ndevice\n)R", "calls torch.device")]
    [DataRow("ccollections\nOrderedDict\n(K\u0001tR", "collections.OrderedDict")]
    [DataRow("X\u0001\0\0\0a)R", "not a function")]
    [DataRow("(ios\nsystem\n", "instruction 0x69")]
    [DataRow("\u0082\u0001", "instruction 0x82")]
    [DataRow("ctorch\nFloatStorage\n)\u0081", "instruction 0x81")]
    [DataRow("K\u0001}b", "not a dictionary")]
    [DataRow("X\u00ff\u00ff\u00ff\u00ffa", "cut short")]
    [DataRow("\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fa", "cut short")]
    [DataRow("\u008b\u00ff\u00ff\u00ff\u007f", "cut short")]
    [DataRow("h\u0005", "object 5")]
    [DataRow("t", "mark")]
    [DataRow("(R", "mark")]
    [DataRow("a", "empty stack")]
    [DataRow("}(K\u0001u", "without a value")]
    public void Read_HostilePickle_IsRefusedByName(string instructions, string fault)
    {
        var error = Assert.ThrowsExactly<InputDataException>(() => Read(PickleBytes.Pickle(instructions)));

        StringAssert.Contains(error.Message, fault);
        Assert.IsFalse(File.Exists("xx"));
    }

    [TestMethod]
    public void Read_TensorBeyondItsStorage_IsRefused()
    {
        void Refused(string fault, string tensor, int storageBytes = 16)
        {
            var error = Assert.ThrowsExactly<InputDataException>(() => Read(PickleBytes.Pickle(tensor), new byte[storageBytes]), tensor);
            StringAssert.Contains(error.Message, fault);
        }

        Refused("within its storage", PickleBytes.Tensor(offset: "K\u0001"));
        Refused("within its storage", PickleBytes.Tensor(offset: PickleBytes.Number(long.MaxValue)));
        Refused("within its storage", PickleBytes.Tensor(offset: "J\u00ff\u00ff\u00ff\u00ff"));
        Refused("within its storage", PickleBytes.Tensor(shape: "K\u0003K\u0002"));
        Refused("within its storage", PickleBytes.Tensor(shape: PickleBytes.Number(long.MaxValue) + PickleBytes.Number(long.MaxValue)));
        Refused("within its storage", PickleBytes.Tensor(strides: PickleBytes.Number(-1) + "K\u0001"));
        Refused("within its storage", PickleBytes.Tensor(strides: PickleBytes.Number(long.MaxValue) + "K\u0001"));
        Refused("within its storage", PickleBytes.Tensor(strides: "K\u0001"));
        Refused("repeats", PickleBytes.Tensor(shape: PickleBytes.Number(1L << 40) + "K\u0002", strides: "K\0K\u0001"));
        Refused("4 numbers of type Float32, but has 15 bytes", PickleBytes.Tensor(), 15);
        Refused("storage shall hold", PickleBytes.Tensor(storageCount: 1L << 60));
        Refused("other arguments", PickleBytes.Tensor(shape: "X\u0001\0\0\0aK\u0001", offset: "N"));
        Refused("missing", PickleBytes.Tensor(key: "../1"));
    }

    [TestMethod]
    public void Read_Bombs_TakeLittleMemoryAndTime()
    {
        var zeros = new byte[32 << 20];
        var compressed = PickleBytes.Checkpoint(PickleBytes.Pickle(PickleBytes.Tensor(8 << 20)), zeros, CompressionLevel.SmallestSize);
        Assert.IsTrue(compressed.Length < 1 << 20);
        var longText = $"X{(char)0}{(char)0}{(char)16}{(char)0}{new string('a', 1 << 20)}q\u0001";
        var manySizes = $"({string.Concat(Enumerable.Repeat("K\u0001", 300_000))}t";
        foreach (
            var (bytes, fault) in new[]
            {
                (compressed, "compressed"),
                (
                    PickleBytes.Checkpoint(
                        PickleBytes.Pickle( // one text, encoded again and again
                            $"c_codecs\nencode\nq\0{longText}{PickleBytes.Text("latin1")}q\u0002"
                                + $"{string.Concat(Enumerable.Repeat("h\0h\u0001h\u0002\u0086R", 100_000))}"
                        )
                    ),
                    "bytes beside its tensors"
                ),
                (
                    PickleBytes.Checkpoint(PickleBytes.Pickle(PickleBytes.Tensor(shape: manySizes[1..^1], strides: manySizes[1..^1]))),
                    "other arguments"
                ),
                (
                    PickleBytes.Checkpoint(PickleBytes.Pickle(new string(']', Unpickler.MostContainers + 5))),
                    "lists, tuples and dictionaries"
                ),
                (
                    PickleBytes.Checkpoint(
                        PickleBytes.Pickle(string.Concat(Enumerable.Repeat("N0", (Unpickler.MostInstructions / 2) + 5)))
                    ),
                    "instructions"
                ),
                (PickleBytes.Checkpoint(PickleBytes.Pickle(string.Concat(Enumerable.Repeat("]q\0a", 200_000)))), "empty stack"),
                (
                    PickleBytes.Checkpoint(PickleBytes.Pickle($"]{new string('2', 300_000)}{new string('a', 300_000)}")),
                    "no dictionary of tensors"
                ), // a list within itself
                // a tuple 300,000 deep
                (PickleBytes.Checkpoint(PickleBytes.Pickle($"){new string('\u0085', 300_000)}")), "no dictionary of tensors"),
                (
                    PickleBytes.Checkpoint(
                        PickleBytes.Pickle(
                            $"{string.Concat(Enumerable.Repeat($"}}{PickleBytes.Text("model")}", 50_000))}}}{new string('s', 50_000)}"
                        )
                    ),
                    "no dictionary of tensors"
                ),
            }
        )
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Assert.ThrowsExactly<InputDataException>(() => WeightsFile.Read(new MemoryStream(bytes)));
            StringAssert.Contains(error.Message, fault);
            Assert.IsTrue(GC.GetAllocatedBytesForCurrentThread() - before < 256 << 20, error.Message);
        }
    }

    [TestMethod]
    public void Read_DamagedZips_AreRefused()
    {
        var pickle = PickleBytes.Pickle(PickleBytes.Tensor());
        void Refused(byte[] bytes, string fault) => StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => WeightsFile.Read(new MemoryStream(bytes))).Message, fault);

        var whole = PickleBytes.Checkpoint(pickle);
        Refused(whole[..^30], "damaged or cut short; copy it again");
        Refused(whole[..(whole.Length / 2)], "damaged or cut short; copy it again");
        var changed = whole.ToArray();
        changed[changed.AsSpan().IndexOf(pickle) + 12] ^= 1;
        Refused(changed, "checksum");
        Refused(PickleBytes.Checkpoint(pickle, further: ("archive/byteorder", "big"u8.ToArray())), "'big'-endian");
        Refused(PickleBytes.Checkpoint(pickle, further: ("archive/data/0", [1])), "twice");
        Refused(PickleBytes.Checkpoint(pickle, further: ("other/data.pkl", pickle)), "2 files data.pkl");
        Refused(PickleBytes.Checkpoint(pickle, further: ("archive/code/__torch__.py", [1])), "TorchScript");
        Refused(Encoding.ASCII.GetBytes("This is not a checkpoint at all."), "neither safetensors");
        Refused([], "cannot be read");
    }

    [TestMethod]
    [Timeout(120_000)]
    public void Read_Mutations_EndInTensorsOrInvalidData()
    {
        var storage = new byte[16];
        var safetensors = new MemoryStream();
        SafetensorsWriter.Write(
            safetensors,
            [WeightTensor.Create("a.weight", [1, 2, 3, 4, 5, 6], 2, 3), WeightTensor.Create("b", [5L])],
            null
        );
        var network = new MemoryStream();
        using (var small = new AttentionUNetOptions { SpatialDims = 2, Width = 1, Depth = 2 }.CreateNetwork())
        {
            small.save(new UndisposedStream(network));
        }

        var pickle = PickleBytes.Pickle($"{PickleBytes.NumPyScalar("f4", "\0\0\u0080\u003f")}0{PickleBytes.Tensor()}");
        var random = new Random(5);
        foreach (var (sample, count, wrap) in new (byte[], int, Func<byte[], byte[]>)[]
        {
            (pickle, 4000, bytes => PickleBytes.Checkpoint(bytes, storage)), // the checksum fits, so that the pickle is reached
            (PickleBytes.Checkpoint(pickle, storage), 1500, bytes => bytes),
            (safetensors.ToArray(), 3000, bytes => bytes),
            (network.ToArray()[..600], 1500, bytes => bytes),
        })
        {
            for (var i = 0; i < count; i++)
            {
                var mutated = wrap(Mutate(sample, random));
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    foreach (var tensor in WeightsFile.Read(new MemoryStream(mutated)).Tensors)
                    {
                        tensor.ToSingle();
                    }
                }
                catch (InputDataException)
                {
                }

                Assert.IsTrue(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20, $"mutation {i}");
            }
        }
    }

    private static byte[] Mutate(byte[] sample, Random random)
    {
        var bytes = sample.ToList();
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveRange(at, random.Next(0, Math.Min(8, bytes.Count - at)));
                    break;
                case 1:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(8), bytes.Count - at)));
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    bytes[at] = random.Next(2) == 0 ? (byte)0xff : (byte)0;
                    break;
            }
        }

        return [.. bytes];
    }

    private static WeightsFile Read(byte[] pickle, byte[]? storage = null) =>
        WeightsFile.Read(new MemoryStream(PickleBytes.Checkpoint(pickle, storage)));
}
