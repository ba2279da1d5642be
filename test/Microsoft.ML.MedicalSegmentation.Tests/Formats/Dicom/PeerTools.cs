using System.Diagnostics;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

/// <summary>Other readers of DICOM; a test that needs one that is not installed is inconclusive.</summary>
internal static class PeerTools
{
    // Reads the segmentation, its label map and the structure set, and compares them with the NIfTI labels voxel by voxel, in LPS
    // millimetres.
    private const string Script = """
        import sys, os, numpy as np
        try:
            import pydicom, nibabel
        except ImportError as e:
            print('absent', e); sys.exit(77)
        out = sys.argv[1]
        nii = nibabel.load(os.path.join(out, 'a.nii.gz')); data = np.asarray(nii.dataobj).astype(int)
        inverse = np.linalg.inv(np.diag([-1, -1, 1, 1]) @ nii.affine)
        def place(target, points, value):
            ijk = (inverse @ np.c_[points, np.ones(len(points))].T)[:3].T
            assert np.abs(ijk - np.round(ijk)).max() < 0.01, 'voxels do not coincide'
            i = np.round(ijk).astype(int); target[i[:, 0], i[:, 1], i[:, 2]] = value
        for name in ('a.seg.dcm', 'map.dcm'):
            ds = pydicom.dcmread(os.path.join(out, name)); found = np.zeros_like(data)
            frames = ds.pixel_array if ds.NumberOfFrames > 1 else ds.pixel_array[None]
            shared = ds.SharedFunctionalGroupsSequence[0]
            o = np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float)
            dy, dx = [float(v) for v in shared.PixelMeasuresSequence[0].PixelSpacing]
            for f, g in zip(frames, ds.PerFrameFunctionalGroupsSequence):
                origin = np.array(g.PlanePositionSequence[0].ImagePositionPatient, float)
                for value in np.unique(f[f > 0]):
                    y, x = np.nonzero(f == value)
                    number = value if name == 'map.dcm' else g.SegmentIdentificationSequence[0].ReferencedSegmentNumber
                    place(found, origin + np.outer(x * dx, o[:3]) + np.outer(y * dy, o[3:]), number)
            assert (found == data).all(), name
        ds = pydicom.dcmread(os.path.join(out, 'a.rtstruct.dcm')); found = np.zeros_like(data)
        y, x = np.mgrid[0:data.shape[1], 0:data.shape[0]]; centres = np.c_[x.ravel(), y.ravel()]
        for roi in ds.ROIContourSequence:
            mask = np.zeros(data.shape, bool)
            for contour in roi.ContourSequence:
                p = np.array(contour.ContourData, float).reshape(-1, 3)
                ijk = (inverse @ np.c_[p, np.ones(len(p))].T)[:3].T
                inside = np.zeros(len(centres), bool)
                a, b = ijk[:, :2], np.roll(ijk[:, :2], -1, 0)
                for s, e in zip(a, b):
                    cross = (s[1] <= centres[:, 1]) != (e[1] <= centres[:, 1])
                    with np.errstate(divide='ignore', invalid='ignore'):
                        at = s[0] + (centres[:, 1] - s[1]) / (e[1] - s[1]) * (e[0] - s[0])
                    inside ^= cross & (centres[:, 0] < at)
                z = int(round(ijk[:, 2].mean())); mask[centres[inside][:, 0], centres[inside][:, 1], z] ^= True
            found[mask] = roi.ReferencedROINumber
        assert (found == data).all(), 'a.rtstruct.dcm'
        print('equal')
        """;

    /// <summary>pydicom reads the objects of the folder "out" and finds the voxels of its NIfTI file.</summary>
    public static void AssertPydicomReads(TemporaryFolder folder, string what)
    {
        folder.Write("check.py", Script);
        var (exit, said) = Start("/usr/bin/python3", folder["check.py"], folder["out"]);
        if (exit == 77)
        {
            Assert.Inconclusive($"{what}: python3 has no pydicom or nibabel ({said.Trim()}).");
        }

        Assert.AreEqual(0, exit, $"{what}: {said}");
    }

    /// <summary>dcmtk parses the file without a warning.</summary>
    public static void AssertDcmtkReads(string path)
    {
        var said = Run("dcmdump", "-v", "+P", "SOPClassUID", path);
        Assert.IsFalse(said.Contains("W:", StringComparison.Ordinal) || said.Contains("E:", StringComparison.Ordinal), said);
    }

    /// <summary>Runs a program to its end and returns what it said.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var (exit, said) = Start(program, arguments);
        Assert.AreEqual(0, exit, said);
        return said;
    }

    /// <summary>Runs a program to its end and returns what it said, whatever it thinks.</summary>
    public static string Say(string program, params string[] arguments) => Start(program, arguments).Said;

    private static (int Exit, string Said) Start(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            var errors = process.StandardError.ReadToEndAsync();
            var said = process.StandardOutput.ReadToEnd() + errors.Result;
            process.WaitForExit();
            return (process.ExitCode, said);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Inconclusive($"{program} is not installed.");
            throw;
        }
    }
}
