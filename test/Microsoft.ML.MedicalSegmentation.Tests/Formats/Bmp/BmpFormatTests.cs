using System.Buffers.Binary;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Bmp;

[TestClass]
public sealed class BmpFormatTests
{
    [TestMethod]
    [DataRow(1, false)]
    [DataRow(4, true)]
    [DataRow(8, false)]
    public void Open_OfPalette_GivesGreyColoursOrNumbers(int bits, bool topDown)
    {
        foreach (var isGrey in new[] { true, false })
        {
            var bytes = Make(
                bits,
                topDown,
                (x, y) => (uint)((x + y) & ((1 << bits) - 1)),
                [
                    .. Enumerable
                        .Range(0, 1 << bits)
                        .SelectMany(i => new byte[] { (byte)(isGrey ? i * 3 : i), (byte)(i * 3), (byte)(i * 3), 0 }),
                ]
            );

            var volume = Open(bytes);
            var labels = Open(bytes, keepIndices: true);

            Assert.AreEqual(new VolumeShape(isGrey ? 1 : 3, 1, 3, 5), volume.Shape);
            for (var y = 0; y < 3; y++)
            {
                for (var x = 0; x < 5; x++)
                {
                    var number = (x + y) & ((1 << bits) - 1);
                    Assert.AreEqual((byte)(number * 3), volume.GetValue(0, 0, y, x));
                    Assert.AreEqual(isGrey ? (byte)(number * 3) : number, volume.GetValue(volume.Shape.Channels - 1, 0, y, x));
                    Assert.AreEqual(number, labels.GetValue(0, 0, y, x));
                }
            }
        }
    }

    [TestMethod]
    [DataRow(24)]
    [DataRow(32)]
    public void Open_OfColours_GivesRedGreenBlue(int bits)
    {
        var volume = Open(Make(bits, false, (x, y) => (uint)((x << 16) | (y << 8) | 77), []));

        Assert.AreEqual(new VolumeShape(3, 1, 3, 5), volume.Shape);
        Assert.AreEqual((4.0, 2.0, 77.0), (volume.GetValue(0, 0, 2, 4), volume.GetValue(1, 0, 2, 4), volume.GetValue(2, 0, 2, 4)));
    }

    [TestMethod]
    [DataRow(28, 16, "biBitCount is 16")]
    [DataRow(30, 1, "biCompression is 1")]
    [DataRow(18, 0, "biWidth is 0")]
    [DataRow(22, 0, "biHeight is 0")]
    [DataRow(14, 12, "biSize is 12")]
    [DataRow(20, 1, "bytes of voxels")]
    [DataRow(13, 255, "the data ends")]
    public void Open_OfWrongHeader_NamesTheField(int offset, int value, string words)
    {
        var bytes = Make(24, false, (_, _) => 0, []);
        bytes[offset] = (byte)value;

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => Open(bytes));

        StringAssert.Contains(fault.Message, words);
    }

    private static Volume Open(byte[] bytes, bool keepIndices = false)
    {
        // In memory, as a stream in memory refuses offsets that a file would take.
        return VolumeFormats.Open(
            VolumeSource.FromStream(new MemoryStream(bytes), "picture.bmp", new() { KeepStoredNumbers = keepIndices })
        );
    }

    /// <summary>A BMP of 5 x 3 pixels.</summary>
    private static byte[] Make(int bits, bool topDown, Func<int, int, uint> pixel, byte[] palette)
    {
        const int width = 5, height = 3;
        var stride = ((width * bits) + 31) / 32 * 4;
        var file = new byte[54 + palette.Length + (stride * height)];
        void Number(int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(offset), value);
        "BM"u8.CopyTo(file);
        Number(10, 54 + palette.Length);
        Number(14, 40);
        Number(18, width);
        Number(22, topDown ? -height : height);
        Number(26, 1 | (bits << 16));
        palette.CopyTo(file, 54);
        for (var y = 0; y < height; y++)
        {
            var row = file.AsSpan(54 + palette.Length + ((topDown ? y : height - 1 - y) * stride));
            for (var x = 0; x < width; x++)
            {
                for (var bit = 0; bit < bits; bit++)
                {
                    // Narrow pixels lie from the highest bit on; whole bytes from the lowest on.
                    var at = bits < 8 ? (x * bits) + bits - 1 - bit : (x * bits) + bit;
                    var set = (pixel(x, y) >> bit & 1) != 0;
                    row[at / 8] |= (byte)(set ? bits < 8 ? 0x80 >> (at % 8) : 1 << (at % 8) : 0);
                }
            }
        }

        return file;
    }
}
