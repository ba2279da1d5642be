using System.Buffers.Binary;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nifti;

/// <summary>NIfTI-1 files byte by byte, after nifti1.h and not after our writer.</summary>
internal sealed class NiftiBytes
{
    private readonly byte[] _header = new byte[352];
    private readonly bool _bigEndian;

    public NiftiBytes(bool bigEndian = false, string magic = "n+1")
    {
        _bigEndian = bigEndian;
        SetInt32(0, 348);
        Encoding.ASCII.GetBytes(magic).CopyTo(_header, 344);
        Dim(3, 2, 2, 2);
        SetInt16(70, 4);
        SetInt16(72, 16);
        SetSingle(108, magic == "n+1" ? 352 : 0);
        PixDim(1, 1, 1, 1);
    }

    public NiftiBytes Dim(params ReadOnlySpan<short> dim)
    {
        for (var i = 0; i < dim.Length; i++)
        {
            SetInt16(40 + (2 * i), dim[i]);
        }

        return this;
    }

    public NiftiBytes PixDim(params ReadOnlySpan<float> pixdim)
    {
        for (var i = 0; i < pixdim.Length; i++)
        {
            SetSingle(76 + (4 * i), pixdim[i]);
        }

        return this;
    }

    public NiftiBytes Type(short datatype, short bitpix) => SetInt16(70, datatype).SetInt16(72, bitpix);

    public NiftiBytes Scaling(float slope, float intercept) => SetSingle(112, slope).SetSingle(116, intercept);

    public NiftiBytes QForm(short code, float b, float c, float d, float x, float y, float z)
        => SetInt16(252, code).SetSingle(256, b).SetSingle(260, c).SetSingle(264, d).SetSingle(268, x).SetSingle(272, y).SetSingle(276, z);

    public NiftiBytes SForm(short code, params ReadOnlySpan<float> rows)
    {
        SetInt16(254, code);
        for (var i = 0; i < rows.Length; i++)
        {
            SetSingle(280 + (4 * i), rows[i]);
        }

        return this;
    }

    public NiftiBytes SetInt16(int offset, short value)
    {
        BinaryPrimitives.WriteInt16LittleEndian(_header.AsSpan(offset), _bigEndian ? BinaryPrimitives.ReverseEndianness(value) : value);
        return this;
    }

    public NiftiBytes SetInt32(int offset, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_header.AsSpan(offset), _bigEndian ? BinaryPrimitives.ReverseEndianness(value) : value);
        return this;
    }

    public NiftiBytes SetSingle(int offset, float value) => SetInt32(offset, BitConverter.SingleToInt32Bits(value));

    public NiftiBytes SetByte(int offset, byte value)
    {
        _header[offset] = value;
        return this;
    }

    /// <summary>The header, then the voxels as they are given.</summary>
    public byte[] With(params byte[] voxels) => [.. _header, .. voxels];

    /// <summary>The 348 bytes of a header alone.</summary>
    public byte[] HeaderOnly() => _header[..348];

    public static Volume Read(byte[] file) => VolumeFormats.Open(VolumeSource.FromStream(new MemoryStream(file), "scan.nii"));

    public static VolumeFormatException Refused(byte[] file) => Assert.ThrowsExactly<VolumeFormatException>(() => Read(file));
}
