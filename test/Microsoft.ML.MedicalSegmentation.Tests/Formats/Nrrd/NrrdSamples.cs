using System.Text;
using ICSharpCode.SharpZipLib.BZip2;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>NRRD files in the encodings that our writer does not use.</summary>
internal static class NrrdSamples
{
    public static IReadOnlyList<string> Encodings { get; } = ["text", "hex", "bzip2"];

    /// <summary>A small volume of 16 bit integers.</summary>
    public static byte[] Make(string encoding)
    {
        var voxels = Enumerable.Range(0, 60).Select(i => (short)((i * 977) - 20000)).ToArray();
        var bytes = voxels.SelectMany(BitConverter.GetBytes).ToArray();
        var data = encoding switch
        {
            "text" => Encoding.ASCII.GetBytes(string.Join(' ', voxels)),
            "hex" => Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)),
            _ => Bzip2(bytes),
        };
        return
        [
            .. Encoding.ASCII.GetBytes($"NRRD0004\ntype: int16\ndimension: 3\nsizes: 3 4 5\nencoding: {encoding}\nendian: little\n\n"),
            .. data,
        ];
    }

    public static byte[] Bzip2(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var stream = new BZip2OutputStream(packed) { IsStreamOwner = false })
        {
            stream.Write(plain);
        }

        return packed.ToArray();
    }
}
