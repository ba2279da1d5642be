using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>Turns the differences of a block's rows into samples of this machine's byte order.</summary>
/// <remarks>TIFF 6.0, section 14; for floating point, Adobe's TIFF technical note 3 of 2005.</remarks>
internal static class TiffPredictor
{
    /// <summary>Undoes the page's predictor, in place.</summary>
    public static void Undo(TiffPage page, Span<byte> block, int rowBytes, bool bigEndian)
    {
        var size = Math.Max(page.BitsPerSample / 8, 1);
        if (page.Predictor == 3)
        {
            UndoFloatingPoint(block, rowBytes, size, page.SamplesInBlock);
            return;
        }

        if (bigEndian == BitConverter.IsLittleEndian)
        {
            ByteOrder.Reverse(block, size);
        }

        for (var start = 0; page.Predictor == 2 && start < block.Length; start += rowBytes)
        {
            var row = block.Slice(start, rowBytes);
            switch (size)
            {
                case 1: Add(row, page.SamplesInBlock); break;
                case 2: Add(MemoryMarshal.Cast<byte, ushort>(row), page.SamplesInBlock); break;
                case 4: Add(MemoryMarshal.Cast<byte, uint>(row), page.SamplesInBlock); break;
                default: Add(MemoryMarshal.Cast<byte, ulong>(row), page.SamplesInBlock); break;
            }
        }
    }

    private static void Add<T>(Span<T> row, int step)
        where T : unmanaged, INumber<T>
    {
        for (var i = step; i < row.Length; i++)
        {
            row[i] = unchecked(row[i] + row[i - step]);
        }
    }

    /// <summary>Rows hold all highest bytes first, then all second ones, and so on, as differences of bytes.</summary>
    private static void UndoFloatingPoint(Span<byte> block, int rowBytes, int size, int step)
    {
        var bytes = new byte[rowBytes];
        var count = rowBytes / size;
        for (var start = 0; start < block.Length; start += rowBytes)
        {
            var row = block.Slice(start, rowBytes);
            Add(row, step);
            row.CopyTo(bytes);
            for (var i = 0; i < count; i++)
            {
                for (var part = 0; part < size; part++)
                {
                    row[(i * size) + part] = bytes[((BitConverter.IsLittleEndian ? size - 1 - part : part) * count) + i];
                }
            }
        }
    }
}
