using Microsoft.ML.MedicalSegmentation.Benchmarks.SideBySide;

namespace Microsoft.ML.MedicalSegmentation.Benchmarks.Formats;

/// <summary>One operation in this process.</summary>
internal static class Measurement
{
    /// <summary>"read FILE WARMUP", or "write FILE OUT WARMUP".</summary>
    public static void Run(string[] operation)
    {
        if (operation is ["read", var file, var warmup])
        {
            VolumeFormats.Open(warmup);
            Passes.Print(() => VolumeFormats.Open(file), countsResult: true);
        }
        else if (operation is ["write", var source, var target, var small])
        {
            VolumeFormats.Save(VolumeFormats.Open(small), target);
            var volume = VolumeFormats.Open(source);
            Passes.Print(
                () =>
                {
                    VolumeFormats.Save(volume, target);
                    return volume;
                },
                countsResult: true);
        }
    }
}
