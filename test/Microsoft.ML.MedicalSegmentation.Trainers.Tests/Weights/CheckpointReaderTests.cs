using Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights;

[TestClass]
public class CheckpointReaderTests
{
    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void Read_WhatPyTorchWrote_GivesItsTensors(int protocol)
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Require(folder.Path, $$"""
            import torch, collections
            base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
            state = collections.OrderedDict(
                plain=base.clone(), transposed=base.t(), part=base[1:3, 2:5], shared=base, number=torch.tensor(7), empty=torch.zeros(0, 3),
                double=torch.tensor([0.1, -2.5], dtype=torch.float64), half=torch.tensor([1.5, -3]).half(), bfloat=torch.tensor([1.5, -3]).bfloat16(),
                int32=torch.tensor([1, -2], dtype=torch.int32), byte=torch.tensor([0, 255], dtype=torch.uint8), boolean=torch.tensor([True, False]),
                parameter=torch.nn.Parameter(torch.tensor([4.0])))
            torch.save({'epoch': 3, 'lr': 1e-3, 'names': ['a', None, True], 'sizes': (1, 2, 3, 4), 'state_dict': state, 'optimizer': {'state': {0: {'step': 1} } },
                'big': 2**40, 'negative': -5}, 'c.pth', pickle_protocol={{protocol}})
            """);

        var file = WeightsFile.Read(folder["c.pth"]);

        Assert.AreEqual("PyTorch checkpoint", file.Format);
        var tensors = file.Tensors.ToDictionary(tensor => tensor.Name);
        Assert.AreEqual(13, tensors.Count);
        CollectionAssert.AreEqual(Enumerable.Range(0, 24).Select(i => (float)i).ToArray(), tensors["plain"].ToSingle());
        CollectionAssert.AreEqual(new long[] { 6, 4 }, tensors["transposed"].Shape.ToArray());
        CollectionAssert.AreEqual(new float[] { 0, 6, 12, 18, 1 }, tensors["transposed"].ToSingle()[..5]);
        CollectionAssert.AreEqual(new float[] { 8, 9, 10, 14, 15, 16 }, tensors["part"].ToSingle());
        CollectionAssert.AreEqual(new long[] { 7 }, tensors["number"].ToInt64());
        Assert.AreEqual(0, tensors["number"].Shape.Count);
        Assert.AreEqual(0, tensors["empty"].ToSingle().Length);
        CollectionAssert.AreEqual(new[] { 0.1f, -2.5f }, tensors["double"].ToSingle());
        CollectionAssert.AreEqual(new[] { 1.5f, -3 }, tensors["half"].ToSingle());
        CollectionAssert.AreEqual(new[] { 1.5f, -3 }, tensors["bfloat"].ToSingle());
        CollectionAssert.AreEqual(new long[] { 1, -2 }, tensors["int32"].ToInt64());
        CollectionAssert.AreEqual(new long[] { 0, 255 }, tensors["byte"].ToInt64());
        CollectionAssert.AreEqual(new long[] { 1, 0 }, tensors["boolean"].ToInt64());
        CollectionAssert.AreEqual(new float[] { 4 }, tensors["parameter"].ToSingle());
    }

    [TestMethod]
    [DataRow("{'network_weights': state, 'epoch': 1}")]
    [DataRow("{'model': state}")]
    [DataRow("{'checkpoint': {'state_dict': state}}")]
    [DataRow("{'my_net': state, 'step': 4}")]
    [DataRow("torch.nn.ModuleDict({'first': torch.nn.Linear(2, 3)}).state_dict()")]
    public void Read_WeightsUnderSomeKey_FindsThem(string saved)
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Require(
            folder.Path,
            $"import torch\nstate = torch.nn.Sequential(torch.nn.Linear(2, 3)).state_dict()\ntorch.save({saved}, 'c.pt')"
        );

        CollectionAssert.AreEqual(
            new[] { "[3, 2]", "[3]" },
            WeightsFile.Read(folder["c.pt"]).Tensors.Select(tensor => WeightTensor.Words(tensor.Shape)).ToArray()
        );
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Read_NumPyNumbersAndDevicesBesideWeights_ArePassedOver(int protocol)
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Require(folder.Path, $$"""
            import torch, numpy as np
            kinds = [np.bool_, np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64, np.float16, np.float32, np.float64]
            torch.save({'network_weights': {'a': torch.tensor([1.0, 2.0])}, '_best_ema': np.float64(0.8125), 'epoch': np.int64(-3), 'all': [kind(1) for kind in kinds],
                'logging': {'losses': [np.float32(0.5), np.float32(0.25)]}, 'init_args': {'fold': 0, 'device': torch.device('cuda', 0)} }, 'c.pth', pickle_protocol={{protocol}})
            """);

        CollectionAssert.AreEqual(new float[] { 1, 2 }, WeightsFile.Read(folder["c.pth"]).Tensors.Single().ToSingle());
    }

    [TestMethod]
    [DataRow("numpy.core.multiarray", "f8", "\0\0\0\0\0\0\u00ea\u003f", 0.8125)]
    [DataRow("numpy._core.multiarray", "f8", "\0\0\0\0\0\0\u00ea\u003f", 0.8125)]
    [DataRow("numpy.core.multiarray", "f4", "\0\0\u0080\u003f", 1.0)]
    [DataRow("numpy.core.multiarray", "f2", "\0\u00c0", -2.0)]
    [DataRow("numpy.core.multiarray", "i2", "\u00fe\u00ff", -2L)]
    [DataRow("numpy.core.multiarray", "u2", "\u00fe\u00ff", 65534L)]
    [DataRow("numpy.core.multiarray", "b1", "\u0001", true)]
    public void Unpickler_NumPyScalar_IsItsNumber(string module, string type, string bytes, object expected)
        => Assert.AreEqual(expected, Unpickler.Read(PickleBytes.Pickle(PickleBytes.NumPyScalar(type, bytes, module))));

    [TestMethod]
    [DataRow("torch.save(state, 'c', _use_new_zipfile_serialization=False)", "before PyTorch 1.6", "torch.load(path")]
    [DataRow("torch.jit.script(torch.nn.Linear(2, 3)).save('c')", "TorchScript", "torch.jit.load(path")]
    [DataRow("torch.save(torch.nn.Linear(2, 3), 'c')", "'torch.nn.modules.linear.Linear'", "state_dict()")]
    [DataRow("torch.save({'a': [1, 2], 'b': 3}, 'c')", "'a', 'b'", "state_dict()")]
    [DataRow("torch.save([1], 'c')", "no dictionary of tensors", "state_dict()")]
    [DataRow("torch.save({'weight': torch.zeros(1).expand(1000)}, 'c')", "repeats the 1 numbers", "contiguous()")]
    public void Read_OtherKindsOfFiles_AreRefusedWithARemedy(string save, string fault, string remedy)
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Require(folder.Path, $"import torch\nstate = torch.nn.Linear(2, 3).state_dict()\n{save}");

        var error = Assert.ThrowsExactly<InputDataException>(() => WeightsFile.Read(folder["c"]));

        StringAssert.Contains(error.Message, folder["c"]);
        StringAssert.Contains(error.Message, fault);
        StringAssert.Contains(error.Message, remedy);
    }

    [TestMethod]
    public void Read_OwnBytes_GivesTheTensor()
    {
        var numbers = new float[] { 1, 2, 3, 4 };
        var storage = numbers.SelectMany(BitConverter.GetBytes).ToArray();

        var tensor = Read(PickleBytes.Pickle(PickleBytes.Tensor(strides: "K\u0001K\u0002")), storage).Tensors.Single();

        Assert.AreEqual("weight", tensor.Name);
        CollectionAssert.AreEqual(new float[] { 1, 3, 2, 4 }, tensor.ToSingle());
    }

    private static WeightsFile Read(byte[] pickle, byte[]? storage = null) =>
        WeightsFile.Read(new MemoryStream(PickleBytes.Checkpoint(pickle, storage)));
}
