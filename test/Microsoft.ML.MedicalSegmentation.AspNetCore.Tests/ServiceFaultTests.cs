using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

[TestClass]
public sealed class ServiceFaultTests
{
    public static IEnumerable<object[]> Faults =>
    [
        [new VolumeFormatException("/srv/jobs/7/scan.nii", "NIfTI", null, "it ends early."), 422, "unreadable-upload"],
        [new InputDataException("'/srv/jobs/7/scan.nii' has 2 channels; the model takes 1."), 422, "unsuitable-volume"],
        [new AggregateException(new InputDataException("It has 2 channels.")), 422, "unsuitable-volume"],
        [new OperationCanceledException(), 499, "cancelled"],
        [new AggregateException(new TaskCanceledException()), 499, "cancelled"],
        [new ExecutionEnvironmentException("CUDA device 0 cannot be used."), 503, "not-available"],
        [new KeyNotFoundException("a fault"), 500, "scoring-failed"],
        [new ArgumentException("a fault of the service's own call"), 500, "scoring-failed"],
        [new InvalidOperationException("Sequence contains no elements"), 500, "scoring-failed"],
    ];

    [TestMethod]
    [DynamicData(nameof(Faults))]
    public void Of_BlamesTheUploadOnlyForTheUpload(Exception fault, int status, string code)
    {
        var told = ServiceFault.Of(fault, "/srv/jobs/7");

        Assert.AreEqual(status, told.Status);
        Assert.AreEqual(code, told.Code);
        Assert.AreEqual(status < 500 ? "client" : "server", told.Blame);
        Assert.IsFalse(told.Message.Contains("/srv/", StringComparison.Ordinal), told.Message);
    }
}
