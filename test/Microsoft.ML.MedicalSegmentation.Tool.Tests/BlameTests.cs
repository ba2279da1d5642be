using System.Reflection;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace MedSeg;

/// <summary>A fault of the program is never reported as bad input, and bad input never as a fault of the program.</summary>
[TestClass]
public sealed class BlameTests
{
    private static readonly int[] _two = [1, 2];

    public static IEnumerable<object[]> FaultsOfTheProgram =>
    [
        Case("an index beyond an array", () => { _ = _two[_two.Length]; }),
        Case("an index beyond a list", () => { _ = new List<int>()[3]; }),
        Case("a sequence without elements", () => { _ = _two.Skip(2).First(); }),
        Case("a key that is missing", () => { _ = new Dictionary<string, int>()["a"]; }),
        Case("a null where there may be none", () => VolumeFormats.Save((Volume)null!, "a.nii")),
        Case("an object that was disposed", () => ObjectDisposedException.ThrowIf(true, _two)),
        Case("a text that is not a number", () => { _ = int.Parse("x", System.Globalization.CultureInfo.InvariantCulture); }),
        Case("a wrong cast", () => { _ = (string)(object)_two; }),
        Case("an index beyond a list, on another thread", () => Task.Run(() => _ = new List<int>()[3]).Wait()),
    ];

    public static IEnumerable<object[]> FaultsOfTheData =>
    [
        Case("a file that is no volume", () => VolumeFormats.Open(VolumeSource.FromStream(new MemoryStream(new byte[500]), "upload"))),
        Case("a file that is missing", () => VolumeFormats.Open("missing.nii")),
        Case("an empty path", () => VolumeFormats.Open(" ")),
        Case("an option out of range", () => new VolumeReadOptions { MaximumThreads = 0 }.Validate()),
        Case("a metric that does not exist", () => MetricList.Find("dcie")),
        Case("a negative number of threads", () => SurfaceDistances.Measure(Labels, Labels, [1], -1)),
        Case("a missing device", () => throw new ExecutionEnvironmentException("There is no such device.")),
        Case("bad data, within reflection", () => throw new TargetInvocationException(new InputDataException("It has two channels."))),
    ];

    private static LabelVolume Labels => LabelVolume.Create(new byte[1], new VolumeShape(1, 1, 1, 1));

    [TestMethod]
    [DynamicData(nameof(FaultsOfTheProgram))]
    public async Task FaultOfTheProgram_HasItsOwnExitCode(string what, Action act)
        => Assert.AreEqual(ExitCode.InternalFault, await ExitCode.Of(() => Run(act)), what);

    [TestMethod]
    [DynamicData(nameof(FaultsOfTheData))]
    public async Task FaultOfTheData_IsBadInput(string what, Action act)
        => Assert.AreEqual(ExitCode.BadInput, await ExitCode.Of(() => Run(act)), what);

    [TestMethod]
    public async Task Stop_IsNoFault_EvenWithinATask() =>
        Assert.AreEqual(
            ExitCode.Cancelled,
            await ExitCode.Of(() => Run(() => throw new AggregateException(new OperationCanceledException())))
        );

    [TestMethod]
    public void Describe_FaultOfTheProgram_SaysWhatToReport()
    {
        var text = Blame.Describe(new IndexOutOfRangeException("Index was outside the bounds of the array."));

        foreach (
            var fact in new[] { "fault in medseg", "report", "names of patients", "medseg 0.", ".NET 10", nameof(IndexOutOfRangeException) }
        )
        {
            StringAssert.Contains(text, fact);
        }
    }

    private static object[] Case(string what, Action act) => [what, act];

    private static async Task<int> Run(Action act)
    {
        await Task.Yield();
        act();
        return ExitCode.Success;
    }
}
