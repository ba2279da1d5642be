using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>An application can tell a bad file from a fault of the library.</summary>
[TestClass]
public sealed class ExceptionTests
{
    [TestMethod]
    public void BadFile_IsAFaultOfTheData()
    {
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() =>
            VolumeFormats.Open(VolumeSource.FromStream(new MemoryStream("This is text."u8.ToArray()), "upload"))
        );

        Assert.IsInstanceOfType<InputDataException>(fault);
        Assert.IsInstanceOfType<MedicalSegmentationException>(fault);
        StringAssert.StartsWith(fault.Message, "upload:");
    }

    [TestMethod]
    public void FaultOnSeveralThreads_ReachesTheCallerAsItself()
    {
        var fault = Assert.ThrowsExactly<UnauthorizedAccessException>(() =>
            ParallelReading.For(8, 2, index => throw new UnauthorizedAccessException($"part {index}"))
        );

        StringAssert.Contains(fault.StackTrace, nameof(FaultOnSeveralThreads_ReachesTheCallerAsItself));
    }

    [TestMethod]
    public void CancelledReading_IsCancelled()
    {
        using var cancellation = new CancellationTokenSource();

        Assert.ThrowsExactly<OperationCanceledException>(() => ParallelReading.For(
            1000, 2,
            index =>
            {
                cancellation.Cancel();
                cancellation.Token.ThrowIfCancellationRequested();
            },
            cancellation.Token));
    }
}
