using System.Buffers.Binary;
using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Runtime;

/// <summary>Finds the variables of a library that Linux has loaded into this process.</summary>
/// <remarks>
/// The ranges come from the program headers of the library's own file (ELF64, System V gABI). The list of mappings alone does not give
/// them: memory without a file that follows a library there may belong to another thread, which can release it at any time.
/// </remarks>
internal static class LibraryVariables
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const uint Loaded = 1;
    private const uint ReadOnlyAfterRelocation = 0x6474E552;
    private const uint Writable = 2;

    /// <summary>Returns the ranges of writable variables. They stay mapped for as long as the library is loaded.</summary>
    /// <param name="fileName">The library's file name, without folders.</param>
    /// <returns>Addresses and lengths in bytes; none where the library is not loaded or its file is not as expected.</returns>
    public static IReadOnlyList<(nint Start, long Length)> Of(string fileName)
    {
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            // start-end permissions offset device inode [path]
            var parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (parts.Length == 6 && parts[2].All(digit => digit == '0') && Path.GetFileName(parts[5]) == fileName)
            {
                var start = nint.Parse(parts[0].Split('-')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                return In(ReadHeaders(parts[5]), start);
            }
        }

        return [];
    }

    /// <summary>Returns the writable ranges that program headers describe, without those that are read-only after relocation.</summary>
    /// <param name="headers">Program headers of ELF64, little-endian.</param>
    /// <param name="start">The address of the library's first byte.</param>
    internal static List<(nint Start, long Length)> In(ReadOnlySpan<byte> headers, nint start)
    {
        long readOnlyEnd = 0;
        for (var rest = headers; rest.Length >= ProgramHeaderSize; rest = rest[ProgramHeaderSize..])
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(rest) == ReadOnlyAfterRelocation)
            {
                readOnlyEnd = Address(rest) + Size(rest);
            }
        }

        var found = new List<(nint, long)>();
        for (var rest = headers; rest.Length >= ProgramHeaderSize; rest = rest[ProgramHeaderSize..])
        {
            var isWritable = (BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]) & Writable) != 0;
            if (isWritable && BinaryPrimitives.ReadUInt32LittleEndian(rest) == Loaded)
            {
                var (first, end) = (Address(rest), Address(rest) + Size(rest));
                first = readOnlyEnd > first ? Math.Min(readOnlyEnd, end) : first;
                if (end > first)
                {
                    found.Add((start + (nint)first, end - first));
                }
            }
        }

        return found;
    }

    private static long Address(ReadOnlySpan<byte> programHeader) => BinaryPrimitives.ReadInt64LittleEndian(programHeader[16..]);

    private static long Size(ReadOnlySpan<byte> programHeader) => BinaryPrimitives.ReadInt64LittleEndian(programHeader[40..]);

    private static byte[] ReadHeaders(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var header = new byte[HeaderSize];
            file.ReadExactly(header);
            var isElf64 = header.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1]);
            if (!isElf64 || BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(54)) != ProgramHeaderSize)
            {
                return [];
            }

            var headers = new byte[BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(56)) * ProgramHeaderSize];
            file.Position = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(32));
            file.ReadExactly(headers);
            return headers;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
