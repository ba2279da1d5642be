using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

/// <summary>Takes the stored bits out of the allocated ones: old files keep overlays in the bits beside them.</summary>
internal static class DicomStoredBits
{
    /// <summary>Shifts, masks and extends the sign of every sample, in place.</summary>
    public static void Extract(Span<byte> frame, DicomImage image)
    {
        var (allocated, stored) = (image.Format.BitsAllocated, image.Format.BitsStored);
        if (
            image.Pixels.Tag != DicomTags.PixelData
            || stored == allocated
            || image.IsBitPacked
            || image.File.DataSet.Number(DicomTags.BitsAllocated) == 1
        )
        {
            return;
        }

        // To the top and back down: the second shift fills with the sign if there is one.
        var up = allocated - 1 - (image.Pixels.Fragments is null ? image.HighBit : stored - 1);
        var down = allocated - stored;
        switch (allocated, image.Format.IsSigned)
        {
            case (8, true):
                foreach (ref var v in MemoryMarshal.Cast<byte, sbyte>(frame))
                {
                    v = (sbyte)((sbyte)(v << up) >> down);
                }

                break;
            case (8, false):
                foreach (ref var v in frame)
                {
                    v = (byte)((byte)(v << up) >> down);
                }

                break;
            case (16, true):
                foreach (ref var v in MemoryMarshal.Cast<byte, short>(frame))
                {
                    v = (short)((short)(v << up) >> down);
                }

                break;
            case (16, false):
                foreach (ref var v in MemoryMarshal.Cast<byte, ushort>(frame))
                {
                    v = (ushort)((ushort)(v << up) >> down);
                }

                break;
            case (32, true):
                foreach (ref var v in MemoryMarshal.Cast<byte, int>(frame))
                {
                    v = v << up >> down;
                }

                break;
            default:
                foreach (ref var v in MemoryMarshal.Cast<byte, uint>(frame))
                {
                    v = v << up >> down;
                }

                break;
        }
    }
}
