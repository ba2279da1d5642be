using System.Buffers.Binary;
using System.Globalization;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Runtime;

[TestClass]
public class LibraryVariablesTests
{
    private const uint Loaded = 1;
    private const uint ReadOnlyAfterRelocation = 0x6474E552;
    private const uint ReadOnly = 4;
    private const uint Writable = 6;

    [TestMethod]
    public void Of_Libtorch_GivesRangesWithinItsWritableMappings()
    {
        RequireLinux();
        torch.zeros(1).Dispose();

        var found = LibraryVariables.Of("libtorch_cpu.so");

        Assert.IsNotEmpty(found);
        var mappings = WritableMappings();
        foreach (var (start, length) in found)
        {
            // Ranges of neighbouring mappings are joined: initialised variables come from the file, the rest has none.
            var place = (long)start;
            while (place < start + length)
            {
                var (_, end) = mappings.SingleOrDefault(mapping => mapping.Start <= place && place < mapping.End);
                Assert.AreNotEqual(0L, end, $"byte {place - start} of {length} is not writable memory");
                place = end;
            }
        }
    }

    [TestMethod]
    public void Of_LibraryThatIsNotLoaded_GivesNone()
    {
        RequireLinux();

        Assert.IsEmpty(LibraryVariables.Of("libabsent.so"));
    }

    [TestMethod]
    public void In_SegmentReadOnlyInPart_GivesTheRest()
    {
        byte[] headers =
        [
            .. Header(Loaded, ReadOnly, 0, 0x1000),
            .. Header(Loaded, Writable, 0x2000, 0x800),
            .. Header(ReadOnlyAfterRelocation, Writable, 0x2000, 0x300),
            .. Header(Loaded, Writable, 0x4000, 0x10),
        ];

        CollectionAssert.AreEqual(
            new (nint, long)[] { (0x10002300, 0x500), (0x10004000, 0x10) },
            LibraryVariables.In(headers, 0x10000000)
        );
    }

    [TestMethod]
    public void In_HeadersCutOff_LeavesOutTheLast()
    {
        var headers = Header(Loaded, Writable, 0x2000, 0x800);

        Assert.IsEmpty(LibraryVariables.In(headers.AsSpan(0, 55), 0x10000000));
    }

    private static byte[] Header(uint type, uint flags, long address, long size)
    {
        var header = new byte[56];
        BinaryPrimitives.WriteUInt32LittleEndian(header, type);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), flags);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), address);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(40), size);
        return header;
    }

    private static List<(long Start, long End)> WritableMappings() =>
        [
            .. File.ReadLines("/proc/self/maps")
                .Select(line => line.Split(' ', 3))
                .Where(parts => parts[1].StartsWith("rw", StringComparison.Ordinal))
                .Select(parts =>
                    parts[0].Split('-').Select(end => long.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray()
                )
                .Select(ends => (ends[0], ends[1])),
        ];

    private static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("The list of mappings is Linux's.");
        }
    }
}
