using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nifti;

/// <summary>Checks a NIfTI header in one walk and says what volume it describes.</summary>
internal static class NiftiHeaderChecks
{
    // Codes of nifti1.h for matrices of brain connectivity, which are not images (CIFTI-2).
    private const int FirstConnectivityIntent = 3000;
    private const int LastConnectivityIntent = 3099;

    /// <summary>The layout of the voxels; meaningless where the report has faults.</summary>
    public static VoxelLayout CheckLayout(NiftiHeader header, HeaderReport report)
    {
        CheckSizes(header, report);
        report.Require(
            header.IntentCode is < FirstConnectivityIntent or > LastConnectivityIntent, "intent_code", header.IntentCode,
            "this is a CIFTI-2 connectivity file, not an image; convert it to a volume with its own tools");
        var type = NiftiDataType.Find(header.DataType);
        if (type is null)
        {
            report.Fault("datatype", header.DataType, NiftiDataType.WhyNot(header.DataType));
        }
        else if (type.Bits != header.BitPix)
        {
            report.Note($"bitpix is {header.BitPix}; datatype {type.Name} has {type.Bits}, which was used.");
        }

        CheckOffset(header, report);
        if (report.HasFaults || type is null)
        {
            return default;
        }

        var channels = type.Components * Size(header, 4) * Size(header, 5);
        if (channels > int.MaxValue)
        {
            report.Fault("dim[4], dim[5]", $"{Size(header, 4)}, {Size(header, 5)}", "there are more channels than a volume can have");
            return default;
        }

        var shape = new VolumeShape((int)channels, (int)Size(header, 3), (int)Size(header, 2), (int)Size(header, 1));
        return new VoxelLayout(type.Type, header.BigEndian, shape, type.Components);
    }

    /// <summary>Slope and intercept; a slope of 0 means that voxels are not scaled.</summary>
    public static VoxelScaling CheckScaling(NiftiHeader header, HeaderReport report)
    {
        if (header.SclSlope == 0 || NiftiDataType.Find(header.DataType) is { Components: > 1 })
        {
            return VoxelScaling.Identity;
        }

        if (!double.IsFinite(header.SclSlope))
        {
            report.Note($"scl_slope is {header.SclSlope}; voxels were left unscaled.");
            return VoxelScaling.Identity;
        }

        if (!double.IsFinite(header.SclInter))
        {
            report.Fault("scl_inter", header.SclInter, "the intercept must be finite where scl_slope is not 0");
            return VoxelScaling.Identity;
        }

        return new(header.SclSlope, header.SclInter);
    }

    private static void CheckSizes(NiftiHeader header, HeaderReport report)
    {
        report.Require(header.Dim[0] is >= 1 and <= 7, "dim[0]", header.Dim[0], "NIfTI allows 1 to 7 dimensions. The file may be damaged");
        for (var axis = 1; axis <= header.Rank; axis++)
        {
            if (header.Dim[axis] == 0 && axis > 1)
            {
                // As the C library of the format does: writers leave sizes at 0 if there is one.
                report.Note($"dim[{axis}] is 0; it was taken as 1.");
                header.Dim[axis] = 1;
            }

            var size = header.Dim[axis];
            if (axis > 5)
            {
                report.Require(
                    size == 1,
                    $"dim[{axis}]",
                    size,
                    "volumes have at most x, y, z, time and one further dimension; dimensions 6 and 7 must be 1. Split the file"
                );
            }
            else
            {
                report.Require(size is >= 1 and <= int.MaxValue, $"dim[{axis}]", size, $"a size must be 1 to {int.MaxValue}");
            }
        }
    }

    private static void CheckOffset(NiftiHeader header, HeaderReport report)
    {
        var least = header.IsPair ? 0 : header.HeaderBytes + 4;
        if (!header.IsPair && header.VoxOffset == 0)
        {
            report.Note($"vox_offset is 0; voxels were read from byte {least}, right behind the header.");
            header.VoxOffset = least;
        }

        report.Require(
            header.VoxOffset >= least && header.VoxOffset <= long.MaxValue / 2 && header.VoxOffset == Math.Truncate(header.VoxOffset),
            "vox_offset", header.VoxOffset, $"it must be a whole number of bytes, {least} or more");
    }

    private static long Size(NiftiHeader header, int axis) => axis <= header.Rank ? header.Dim[axis] : 1;
}
