namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>Every damaged or foreign file of the data folder is refused, by its name and with the fault.</summary>
[TestClass]
public sealed class MalformedFileTests
{
    // What each file breaks, in words that its error must have. A file that is not listed must be refused all the same.
    private static readonly Dictionary<string, string[]> Faults = new()
    {
        ["malformed/mhd/invalid_utf8.mhd"] = ["image10x10x10.zraw", "not there"],
        ["malformed/mhd/referring_to_system_file.mhd"] = ["outside", "/trying/to/get/a/system/file.conf"],
        ["malformed/dicom/ExplVR_LitEndNoMeta.dcm"] = ["DICOM", "no pixels"],
        ["malformed/dicom/MR_truncated.dcm"] = ["PixelData (7FE0,0010)", "8192 bytes", "8130 are left"],
        ["malformed/dicom/badVR.dcm"] = ["NumberOfFrames (0028,0008)", "'1A'"],
        ["malformed/dicom/rtplan_truncated.dcm"] = ["(300A,00B0)", "976 bytes", "711 are left"],
        ["malformed/not-nifti.nii"] = ["none of the known formats"],
        ["malformed/nifti-rs-fuzz/crash-08123ef33416bd6f0c5fa63d44b681b8581d62a0"] = ["sizeof_hdr", "348"],
        ["malformed/nifti-rs-fuzz/crash-1.nii"] = ["sizeof_hdr", "348"],
        ["malformed/nifti-rs-fuzz/crash-98aa054390f8d3f932f190dc22ef62c6ff2d6619"] = ["sizeof_hdr", "348"],
        ["malformed/nifti-rs-fuzz/crash-d03c6346fe83a026738f6b8cd2a9335a3f8cb158"] = ["sizeof_hdr", "348"],
        ["malformed/nifti-rs-fuzz/crash-ed7d46344d7efb3b9f0c374d66d2e02f66cc447d.nii"] = ["sizeof_hdr", "348"],
        ["unsupported/row_major.dconn.nii"] = ["CIFTI-2", "intent_code"],
        ["nrrd/pynrrd/BallBinary30x30x30_byteskip_minus_five.nhdr"] = ["byte skip", "-5", "-1 or more"],
        ["nrrd/panimg/image10x11x12_unsupported_version.nrrd"] = ["NRRD1004", "NRRD0001 to NRRD0005"],
    };

    public static IEnumerable<object[]> Files
    {
        get
        {
            var lines = FormatManifest.Lines.Where(MustBeRefused).Select(l => l.File);
            var files = new[] { "malformed", "unsupported" }
                .Select(name => Path.Combine(FormatManifest.Folder, name)).Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                .Select(path => Path.GetRelativePath(FormatManifest.Folder, path).Replace('\\', '/'));
            var all = lines.Concat(files).Distinct().Order(StringComparer.Ordinal).Select(file => new object[] { file }).ToList();
            return all.Count > 0 ? all : [["(no manifest)"]];
        }
    }

    public static string Name(System.Reflection.MethodInfo method, object[] data) => $"{method.Name}: {data[0]}";

    [TestMethod]
    [DynamicData(nameof(Files), DynamicDataDisplayName = nameof(Name))]
    public void Open_OfMalformedFile_IsRefusedWithItsNameAndFault(string file)
    {
        var path = TestData.RequireData("formats/" + file);
        if (
            file.EndsWith(".dcm", StringComparison.Ordinal)
            && !VolumeFormats.All.Any(f => f.Name.StartsWith("DICOM", StringComparison.Ordinal))
        )
        {
            Assert.Inconclusive($"{file}: the format DICOM is not in VolumeFormats.All.");
        }

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(path));

        Assert.AreEqual(path, fault.FileName);
        StringAssert.StartsWith(fault.Message, path);
        foreach (var word in Faults.GetValueOrDefault(file) ?? [])
        {
            StringAssert.Contains(fault.Message, word);
        }
    }

    private static bool MustBeRefused(ManifestLine line)
        => line.Kind == "(reader refused)" || line.File.StartsWith("malformed/", StringComparison.Ordinal)
            || line.File.StartsWith("unsupported/", StringComparison.Ordinal) || FormatManifestTests.IsStrictlyRefused(line);
}
