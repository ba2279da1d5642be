using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>A format of one's own, from a project that sees only the public members of the library.</summary>
[TestClass]
public sealed class UserFormatTests
{
    [TestMethod]
    public void Register_OfUsersFormat_OpensReadsHeadersAndSaves()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "volume.dots");
        VolumeFormats.Register(new DotsFormat());

        VolumeFormats.Save(Volume.Create(new byte[] { 0, 1, 1 }, new(1, 1, 1, 3)), path);

        Assert.AreEqual("DOTS.oo", File.ReadAllText(path));
        Assert.AreEqual(new VolumeShape(1, 1, 1, 3), VolumeFormats.ReadHeader(path).Shape);
        Assert.AreEqual(1, VolumeFormats.Open(path).GetValue(0, 0, 0, 2));
        Assert.AreEqual("dots", VolumeFormats.Open(path).Header!.Format);
    }

    /// <summary>One row of voxels: a letter o for 1, a dot for 0.</summary>
    private sealed class DotsFormat : IVolumeFormat
    {
        public string Name => "dots";

        public IReadOnlyList<string> Extensions => [".dots"];

        public bool CanWrite => true;

        public bool Matches(VolumeSource source, ReadOnlySpan<byte> start) => start.StartsWith("DOTS"u8);

        public VolumeHeader ReadHeader(VolumeSource source)
        {
            using var stream = source.Open();
            return new("dots", new(1, 1, 1, (int)stream.Length - 4), VoxelType.UInt8, VoxelScaling.Identity, VolumeGeometry.Identity);
        }

        public Volume Read(VolumeSource source, VolumeRegion? region = null)
        {
            var header = ReadHeader(source);
            using var reader = new StreamReader(source.Open());
            var voxels = reader.ReadToEnd()[4..].Select(c => (byte)(c == 'o' ? 1 : 0)).ToArray();
            return Volume.Create(voxels, header.Shape, header: header);
        }

        public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options)
        {
            destination.Write("DOTS"u8);
            foreach (var voxel in volume.Bytes)
            {
                destination.WriteByte((byte)(voxel == 0 ? '.' : 'o'));
            }
        }
    }
}
