using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation.Formats.Analyze;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Nifti;
using Microsoft.ML.MedicalSegmentation.Formats.Nrrd;
using Microsoft.ML.MedicalSegmentation.Formats.Pairs;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>
/// Damaged files of every format end in a volume or in <see cref="VolumeFormatException"/>, soon and without much memory.
/// </summary>
/// <remarks>
/// MEDSEG_FUZZ_COUNT says how many files are tried for each sample; the default keeps the run short. The long run sets
/// MEDSEG_FUZZ_PER_FORMAT=100000, the files of each format, spread over its samples; MEDSEG_FUZZ_FORMAT=NIfTI keeps to one
/// format, and MEDSEG_FUZZ_SEED starts elsewhere, so that a run can be made in pieces. Each sample reports its seeds,
/// throughput and largest allocation, also to the file MEDSEG_FUZZ_REPORT. A failure names the seed that repeats it.
/// </remarks>
[TestClass]
public sealed class FormatFuzzTests
{
    // Deflate makes at most 1032 bytes of one; the header, pooled buffers and the test's own bytes come on top.
    private const long LargestRatio = 1032;
    private const long FreeBytes = 16 << 20;
    private const string NrrdName = "NRRD as ";
    private const string Analyze = "ANALYZE 7.5";
    private const int LongestSample = 20_000;
    private static readonly Lazy<IReadOnlyDictionary<string, int>> SamplesOfFormats = new(() =>
        Samples
            .Select(sample => FormatOf(Load((string)sample[0])))
            .Concat(HeaderEndings.Select(ending => FormatOfHeader((string)ending[0])))
            .CountBy(format => format)
            .ToDictionary()
    );

    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(10);

    public TestContext? TestContext { get; set; }

    public static IEnumerable<object[]> Samples
    {
        get
        {
            foreach (var ending in FormatSamples.Endings)
            {
                yield return [$"written{ending}"];
                yield return [$"written plain{ending}"];
            }

            foreach (var encoding in NrrdSamples.Encodings)
            {
                yield return [NrrdName + encoding];
            }

            foreach (var picture in ImageSamples.All.Keys)
            {
                yield return [picture];
            }

            foreach (var line in FormatManifest.Lines.Where(l => FormatManifestTests.IsVolume(l)))
            {
                var file = new FileInfo(FormatManifestTests.PathOf(line));
                if (file.Exists && file.Length <= LongestSample)
                {
                    yield return [line.File];
                }
            }
        }
    }

    public static IEnumerable<object[]> HeaderEndings =>
        VolumeFormats
            .All.OfType<IHeaderDataPairFormat>()
            .SelectMany(f => f.HeaderExtensions)
            .Append(Analyze)
            .Select(e => new object[] { e });

    [TestMethod]
    [DynamicData(nameof(Samples))]
    public void Open_OfDamagedFile_GivesAVolumeOrAFormatFault(string name)
    {
        var sample = Load(name);
        Fuzz(FormatOf(sample), name, seed =>
        {
            var bytes = new FormatFuzz(seed).Mutate(sample);
            return (VolumeSource.FromStream(new MemoryStream(bytes), "damaged"), bytes.Length);
        });
    }

    [TestMethod]
    [DynamicData(nameof(HeaderEndings))]
    public void Open_OfDamagedHeaderFile_GivesAVolumeOrAFormatFault(string ending)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "volume" + ending);
        if (ending == Analyze)
        {
            // Nothing here writes ANALYZE; it is NIfTI's pair without the magic.
            path = Path.Combine(folder.Path, "volume.hdr");
            File.WriteAllBytes(path, new NiftiBytes(magic: "").SetByte(38, (byte)'r').HeaderOnly());
            File.WriteAllBytes(Path.Combine(folder.Path, "volume.img"), new byte[16]);
        }
        else
        {
            VolumeFormats.Save(FormatSamples.Small(ending), path);
        }

        var sample = File.ReadAllBytes(path);
        var total = Directory.EnumerateFiles(folder.Path).Sum(f => new FileInfo(f).Length);
        Fuzz(FormatOfHeader(ending), ending, seed =>
        {
            var bytes = new FormatFuzz(seed).Mutate(sample);
            File.WriteAllBytes(path, bytes);
            return (VolumeSource.FromPath(path), total + bytes.Length);
        });
    }

    private void Fuzz(string format, string name, Func<int, (VolumeSource Source, long Length)> makeSource)
    {
        var last = FuzzRun.FirstSeed + FuzzRun.CountFor(format, () => SamplesOfFormats.Value);
        var run = new FuzzRun();
        for (var seed = FuzzRun.FirstSeed; seed < last; seed++)
        {
            var isVolume = false;
            var (source, length) = makeSource(seed);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            try
            {
                // A region rather than the whole now and then, and the header by itself.
                var header = VolumeFormats.Find(source).ReadHeader(source);
                var region =
                    seed % 4 == 0 ? new VolumeRegion(header.Shape.Width / 2, 0, header.Shape.Depth / 2, 1, 1, 1) : (VolumeRegion?)null;
                var volume = VolumeFormats.Open(source, region);
                AssertCanBeWritten(volume, name, seed);
                isVolume = true;
            }
            catch (VolumeFormatException fault)
            {
                Assert.IsTrue(fault.Message.Length < 2000, $"{name}, seed {seed}: the message has {fault.Message.Length} characters.");
            }
            catch (Exception fault) when (fault is not UnitTestAssertException)
            {
                Assert.Fail($"{name}, seed {seed}: {fault}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.IsTrue(
                allocated <= (LargestRatio * length) + FreeBytes,
                $"{name}, seed {seed}: {allocated} bytes were taken for a file of {length}."
            );
            Assert.IsTrue(watch.Elapsed < LongestRead, $"{name}, seed {seed}: {watch.Elapsed} for a file of {length} bytes.");
            run.Add(seed, isVolume, allocated, length);
        }

        run.Report(TestContext, format, name);
    }

    /// <summary>A volume that was read can be written, whatever its header said.</summary>
    private static void AssertCanBeWritten(Volume volume, string name, int seed)
    {
        if (volume.SizeInBytes > 1 << 20)
        {
            return;
        }

        foreach (var ending in (ReadOnlySpan<string>)[".nii", ".nrrd", ".mha"])
        {
            using var stream = new MemoryStream();
            VolumeFormats.Save(volume, stream, ending, new VolumeWriteOptions { Compress = false });
            stream.Position = 0;
            var back = VolumeFormats.Open(VolumeSource.FromStream(stream, "rewritten"));
            Assert.AreEqual(volume.Shape, back.Shape, $"{name}, seed {seed}, rewritten as {ending}.");
        }
    }

    private static byte[] Load(string name)
    {
        const string written = "written";
        const string plain = "written plain";
        return name.StartsWith(plain, StringComparison.Ordinal) ? FormatSamples.File(name[plain.Length..], compress: false)
            : name.StartsWith(written, StringComparison.Ordinal) ? FormatSamples.File(name[written.Length..])
            : ImageSamples.All.TryGetValue(name, out var make) ? make()
            : name.StartsWith(NrrdName, StringComparison.Ordinal) ? NrrdSamples.Make(name[NrrdName.Length..])
            : File.ReadAllBytes(TestData.RequireData("formats/" + name));
    }

    private static string FormatOf(byte[] sample) => VolumeFormats.Find(VolumeSource.FromStream(new MemoryStream(sample), "sample")).Name;

    private static string FormatOfHeader(string ending) =>
        ending == Analyze
            ? new AnalyzeFormat().Name
            : VolumeFormats.All.OfType<IHeaderDataPairFormat>().First(f => f.HeaderExtensions.Contains(ending)).Name;
}
