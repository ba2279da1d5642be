using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>A fault inside a format is not reported as a bad file.</summary>
[TestClass]
public sealed class FaultyFormatTests
{
    [TestMethod]
    public void IndexErrorInsideAFormat_IsNotReportedAsABadFile()
    {
        var source = VolumeSource.FromStream(new MemoryStream([.. FaultyFormat.Magic, .. new byte[100]]), "upload");
        VolumeFormats.Register(new FaultyFormat());

        var fault = Assert.ThrowsExactly<IndexOutOfRangeException>(() => VolumeFormats.Open(source));
        Assert.IsFalse(VoxelCompression.IsDamage(fault));
    }

    // A format with a fault of its own: it reads beyond its table.
    private sealed class FaultyFormat : IVolumeFormat
    {
        private static readonly int[] _table = [1, 2];

        public static ReadOnlySpan<byte> Magic => "FAULTY-FORMAT"u8;

        public string Name => "faulty";

        public IReadOnlyList<string> Extensions => [".faulty"];

        public bool CanWrite => false;

        public bool Matches(VolumeSource source, ReadOnlySpan<byte> start) => start.StartsWith(Magic);

        public VolumeHeader ReadHeader(VolumeSource source) => throw new NotSupportedException();

        public Volume Read(VolumeSource source, VolumeRegion? region = null) =>
            Volume.Create([_table[source.Name.Length]], new VolumeShape(1, 1, 1, 1));

        public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options) =>
            throw new NotSupportedException();
    }
}
