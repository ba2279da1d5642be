using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nifti;

/// <summary>A NIfTI file opened for reading: its checked header, and its voxels to come.</summary>
internal sealed class NiftiFile : IDisposable
{
    // CIFTI and AFNI put documents into extensions; none that is real comes near this.
    private const int LongestExtensions = 64 << 20;

    private readonly VolumeSource _source;
    private readonly VoxelData _data;
    private readonly NiftiHeader _fields;
    private readonly VoxelLayout _layout;

    private NiftiFile(VolumeSource source, VoxelData data, NiftiHeader fields)
    {
        (_source, _data, _fields) = (source, data, fields);
        var report = new HeaderReport(source.Name, _fields.FormatName);
        foreach (var note in _fields.Notes)
        {
            report.Note(note);
        }

        _layout = NiftiHeaderChecks.CheckLayout(_fields, report);
        var scaling = NiftiHeaderChecks.CheckScaling(_fields, report);
        var geometry = NiftiGeometry.Of(_fields, report);
        report.ThrowIfFaulty();
        ReadExtensions(report);
        Header = new VolumeHeader(_fields.FormatName, _layout.Shape, _layout.Type, scaling, geometry)
        {
            Fields = Describe(_fields),
            Notes = report.Notes,
            Original = _fields.IsAnalyze ? null : _fields,
        };
    }

    /// <summary>What the file says.</summary>
    public VolumeHeader Header { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="source">A single file, or either file of a pair.</param>
    /// <param name="parse">Reads the fields from the first bytes; null if they are of another format.</param>
    public static NiftiFile Open(VolumeSource source, Func<byte[], NiftiHeader?> parse)
    {
        source = NiftiPair.HeaderOf(source);
        var data = VoxelData.OpenPossiblyPacked(source.Name, "NIfTI", source.Open());
        try
        {
            var bytes = data.ReadUpTo(348);
            if (NiftiHeader.IsVersion2(bytes))
            {
                bytes = [.. bytes, .. data.ReadUpTo(NiftiHeader.LongestBytes - bytes.Length)];
            }

            return new NiftiFile(source, data, parse(bytes) ?? throw NoHeader(source, bytes));
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>Reads the voxels, once.</summary>
    public Volume Read(VolumeRegion? region)
    {
        if (!_fields.IsPair)
        {
            return VoxelReader.Read(_data, _layout, Header, region, _source.Options);
        }

        var voxels = NiftiPair.VoxelsOf(_source, _fields.FormatName);
        using var data = VoxelData.OpenPossiblyPacked(voxels.Name, _fields.FormatName, voxels.Open());
        data.MoveTo((long)_fields.VoxOffset);
        data.MarkFirstVoxel();
        return VoxelReader.Read(data, _layout, Header, region, _source.Options);
    }

    /// <inheritdoc/>
    public void Dispose() => _data.Dispose();

    private static VolumeFormatException NoHeader(VolumeSource source, byte[] bytes) =>
        NiftiHeader.HasMagic(bytes)
            ? new(
                source.Name,
                "NIfTI",
                [
                    new HeaderFault(
                        "sizeof_hdr",
                        $"{BitConverter.ToInt32(bytes)}",
                        "it must be 348 (NIfTI-1) or 540 (NIfTI-2) in either byte order. The file is damaged"
                    ),
                ]
            )
            : new(source.Name, "NIfTI", null, "the header is cut short, or is none. Copy the file again from its origin.");

    private void ReadExtensions(HeaderReport report)
    {
        var length = _fields.IsPair ? LongestExtensions : (long)_fields.VoxOffset - _fields.HeaderBytes;
        if (length > LongestExtensions)
        {
            report.Fault("vox_offset", _fields.VoxOffset, $"header extensions of more than {LongestExtensions >> 20} MiB are not read");
            report.ThrowIfFaulty();
        }

        var area = _data.ReadUpTo(length);
        if (!_fields.IsPair && area.Length < length)
        {
            throw _data.EndsEarly(0);
        }

        _fields.Extensions = _fields.IsAnalyze ? [] : NiftiExtension.Parse(area, _fields.BigEndian, report);
        _data.MarkFirstVoxel();
    }

    /// <summary>Free texts (descrip, aux_file, extensions) stay out: they may name a patient.</summary>
    private static Dictionary<string, string> Describe(NiftiHeader header)
    {
        static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
        return new()
        {
            ["dim"] = header.DimText,
            ["pixdim"] = header.PixDimText,
            ["datatype"] = NiftiDataType.Find(header.DataType)?.Name ?? Text(header.DataType),
            ["byte_order"] = header.BigEndian ? "big" : "little",
            ["vox_offset"] = Text(header.VoxOffset),
            ["scl_slope"] = Text(header.SclSlope),
            ["scl_inter"] = Text(header.SclInter),
            ["qform_code"] = Text(header.QFormCode),
            ["sform_code"] = Text(header.SFormCode),
            ["xyzt_units"] = Text(header.XyztUnits),
            ["intent_code"] = Text(header.IntentCode),
            ["cal_min"] = Text(header.CalMin),
            ["cal_max"] = Text(header.CalMax),
            ["extensions"] = Text(header.Extensions.Count),
        };
    }
}
