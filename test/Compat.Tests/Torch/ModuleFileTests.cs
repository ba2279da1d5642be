using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Compat.Torch;

/// <summary>The file of weights, byte for byte: TorchSharp's own format, which other programs read.</summary>
[TestClass]
public sealed class ModuleFileTests
{
    private static readonly byte[] Expected =
    [
        2, // entries
        6, (byte)'w', (byte)'e', (byte)'i', (byte)'g', (byte)'h', (byte)'t',
        6, 2, 1, 2, // Float32, two dimensions: 1, 2
        0, 0, 128, 63, 0, 0, 0, 192, // 1, -2
        4, (byte)'b', (byte)'i', (byte)'a', (byte)'s',
        6, 1, 1, // Float32, one dimension: 1
        0, 0, 0, 63, // 0.5
    ];

    private static Linear Layer()
    {
        var linear = Linear(2, 1);
        using var _ = no_grad();
        linear.weight.copy_(tensor([1f, -2], [1, 2]));
        linear.bias!.fill_(0.5);
        return linear;
    }

    [TestMethod]
    public void Save_ToStream_WritesTheFormat()
    {
        using var linear = Layer();
        using var stream = new MemoryStream();

        linear.save(stream);

        CollectionAssert.AreEqual(Expected, stream.ToArray());
    }

    [TestMethod]
    public void Save_LargeNumbers_TakeSevenBitsAByte()
    {
        using var linear = Linear(300, 1, false);
        using var stream = new MemoryStream();

        linear.save(stream);

        var bytes = stream.ToArray();
        CollectionAssert.AreEqual(new byte[] { 6, 2, 1, 0xAC, 0x02 }, bytes[8..13]);
        Assert.AreEqual(13 + 1200, bytes.Length);
    }

    [TestMethod]
    public void Load_FromStream_RestoresWeights()
    {
        using var linear = Linear(2, 1);
        var loaded = new Dictionary<string, bool>();

        linear.load(new MemoryStream(Expected), true, null, loaded);

        TensorAssert.AreClose([1, -2], linear.weight);
        TensorAssert.AreClose([0.5], linear.bias!);
        CollectionAssert.AreEquivalent(new[] { "weight", "bias" }, loaded.Keys);
    }

    [TestMethod]
    public void SaveAndLoad_FileWithBuffers_RestoresEverything()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.dat");
        try
        {
            using var scope = NewDisposeScope();
            using var saved = Sequential(Conv3d(1, 2, 3), BatchNorm3d(2));
            using var loaded = Sequential(Conv3d(1, 2, 3), BatchNorm3d(2));
            saved.call(randn([1, 1, 4, 4, 4]));

            saved.save(path);
            loaded.load(path);

            foreach (var (name, value) in saved.state_dict())
            {
                Assert.IsTrue(value.Equals(loaded.state_dict()[name]), name);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Load_OtherShape_Throws()
    {
        using var linear = Linear(3, 1);

        var error = Assert.ThrowsException<ArgumentException>(() => linear.load(new MemoryStream(Expected)));

        StringAssert.Contains(error.Message, "shape");
    }

    [TestMethod]
    public void Load_OtherNames_ThrowsUnlessNotStrict()
    {
        using var linear = Linear(2, 1, false);

        Assert.ThrowsException<ArgumentException>(() => linear.load(new MemoryStream(Expected)));
    }

    [TestMethod]
    public void Load_WithSkip_KeepsWhatIsSkipped()
    {
        using var linear = Linear(2, 1);
        using var before = linear.bias!.clone();

        linear.load(new MemoryStream(Expected), true, ["bias"]);

        TensorAssert.AreClose([1, -2], linear.weight);
        Assert.IsTrue(before.Equals(linear.bias));
    }

    [TestMethod]
    public void Load_MissingFile_Throws()
    {
        using var linear = Linear(2, 1);

        Assert.ThrowsException<FileNotFoundException>(() => linear.load("no-such-file.dat"));
    }
}
