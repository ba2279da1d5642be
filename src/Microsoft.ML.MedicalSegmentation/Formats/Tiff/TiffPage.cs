using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Images;

namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>The checked description of one page: sizes, samples, and where its blocks of rows or tiles lie.</summary>
internal sealed class TiffPage
{
    private static readonly int[] Depths = [1, 2, 4, 8, 16, 32, 64];

    private TiffPage(TiffDirectories.Page fields) => Fields = fields;

    public TiffDirectories.Page Fields { get; }

    public int Width { get; private set; }

    public int Height { get; private set; }

    public int Samples { get; private set; }

    public int BitsPerSample { get; private set; }

    /// <summary>1 unsigned, 2 signed, 3 floating point.</summary>
    public int SampleFormat { get; private set; }

    public TiffCompression Compression { get; private set; }

    /// <summary>1 none, 2 differences of samples, 3 differences of the bytes of floating point.</summary>
    public int Predictor { get; private set; }

    /// <summary>True if each sample has blocks of its own.</summary>
    public bool IsPlanar { get; private set; }

    /// <summary>True where 0 is white.</summary>
    public bool IsInverted { get; private set; }

    /// <summary>How the rows are to be shown, 1 to 8 as in EXIF.</summary>
    public int Orientation { get; private set; }

    public ImageOrientation ImageOrientation => new(Orientation, Width, Height);

    /// <summary>Red, green and blue of palette colours; empty without palette.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>Pixels of a block along x; the width for strips.</summary>
    public int BlockWidth { get; private set; }

    /// <summary>Rows of a block.</summary>
    public int BlockHeight { get; private set; }

    public double[] Offsets { get; private set; } = [];

    public double[] ByteCounts { get; private set; } = [];

    public int BlocksX => (Width + BlockWidth - 1) / BlockWidth;

    public int BlocksY => (Height + BlockHeight - 1) / BlockHeight;

    /// <summary>Samples that lie together in a block.</summary>
    public int SamplesInBlock => IsPlanar ? 1 : Samples;

    public VoxelType VoxelType => (SampleFormat, BitsPerSample) switch
    {
        (3, 32) => VoxelType.Float32,
        (3, _) => VoxelType.Float64,
        (2, 8) => VoxelType.Int8,
        (2, 16) => VoxelType.Int16,
        (2, 32) => VoxelType.Int32,
        (2, _) => VoxelType.Int64,
        (_, <= 8) => VoxelType.UInt8,
        (_, 16) => VoxelType.UInt16,
        (_, 32) => VoxelType.UInt32,
        _ => VoxelType.UInt64,
    };

    /// <summary>Channels that reading gives.</summary>
    public int ChannelsRead(bool keepIndices) => Palette.Length > 0 && !keepIndices ? 3 : Samples;

    /// <summary>True where another page can be a slice of the same volume.</summary>
    public bool IsLike(TiffPage other) =>
        (Width, Height, Samples, VoxelType, BitsPerSample, IsPlanar, IsInverted, Orientation)
            == (
                other.Width,
                other.Height,
                other.Samples,
                other.VoxelType,
                other.BitsPerSample,
                other.IsPlanar,
                other.IsInverted,
                other.Orientation
            )
        && Palette.AsSpan().SequenceEqual(other.Palette);

    /// <summary>Checks the fields of a page; the report receives every fault.</summary>
    public static TiffPage Create(TiffDirectories.Page fields, HeaderReport report)
    {
        var page = new TiffPage(fields);
        int Whole(TiffTag tag, double fallback, int least, int most)
        {
            var value = fields.Get(tag, fallback);
            var valid = value >= least && value <= most && value == Math.Truncate(value);
            report.Require(valid, $"{tag}", double.IsNaN(value) ? "missing" : value, $"it must be {least} to {most}");
            return valid ? (int)value : least;
        }

        page.Width = Whole(TiffTag.ImageWidth, double.NaN, 1, int.MaxValue);
        page.Height = Whole(TiffTag.ImageLength, double.NaN, 1, int.MaxValue);
        page.Samples = Whole(TiffTag.SamplesPerPixel, 1, 1, ushort.MaxValue);
        page.ReadSamples(report);
        page.ReadColors(report);
        page.Compression = (TiffCompression)Whole(TiffTag.Compression, 1, 1, ushort.MaxValue);
        report.Require(
            Enum.IsDefined(page.Compression),
            "Compression",
            (int)page.Compression,
            "1 (none), 5 (LZW), 8 and 32946 (deflate) and 32773 (PackBits) are read; save the picture with one of these"
        );
        page.Predictor = Whole(TiffTag.Predictor, 1, 1, 3);
        report.Require(page.Predictor != 3 || page.SampleFormat == 3, "Predictor", page.Predictor, "3 is for floating point only");
        report.Require(
            page.Predictor != 2 || (page.SampleFormat != 3 && page.BitsPerSample >= 8),
            "Predictor",
            page.Predictor,
            "2 is for integers of 8 bits or more only"
        );
        page.Orientation = Whole(TiffTag.Orientation, 1, 1, 8);
        report.Require(fields.Get(TiffTag.FillOrder, 1) == 1, "FillOrder", fields.Get(TiffTag.FillOrder, 1), "only 1 is read");
        page.IsPlanar = Whole(TiffTag.PlanarConfiguration, 1, 1, 2) == 2 && page.Samples > 1;
        page.ReadBlocks(report, Whole);
        return page;
    }

    private void ReadSamples(HeaderReport report)
    {
        var bits = Fields.All(TiffTag.BitsPerSample);
        BitsPerSample = bits.Length == 0 ? 1 : (int)bits[0];
        report.Require(
            bits.All(b => b == BitsPerSample) && Depths.Contains(BitsPerSample),
            "BitsPerSample",
            string.Join(",", bits.Take(4)),
            "all samples must have 1, 2, 4, 8, 16, 32 or 64 bits"
        );
        var formats = Fields.All(TiffTag.SampleFormat);
        SampleFormat = formats.Length == 0 || formats[0] == 4 ? 1 : (int)formats[0];
        report.Require(
            formats.All(f => f == formats[0]) && SampleFormat is 1 or 2 or 3,
            "SampleFormat",
            string.Join(",", formats.Take(4)),
            "all samples must be unsigned (1), signed (2) or floating point (3)"
        );
        report.Require(SampleFormat != 3 || BitsPerSample is 32 or 64, "BitsPerSample", BitsPerSample, "floating point has 32 or 64");
        report.Require(
            BitsPerSample >= 8 || (SampleFormat == 1 && Samples == 1),
            "BitsPerSample",
            BitsPerSample,
            "fewer than 8 bits are read as one unsigned sample only"
        );
    }

    private void ReadColors(HeaderReport report)
    {
        var meaning = (int)Fields.Get(TiffTag.PhotometricInterpretation, 1);
        report.Require(
            meaning is >= 0 and <= 4,
            "PhotometricInterpretation",
            meaning,
            "grey (0, 1), RGB (2), palette (3) and masks (4) are read; save the picture as RGB"
        );
        IsInverted = meaning == 0;
        report.Require(!IsInverted || SampleFormat == 1, "PhotometricInterpretation", meaning, "white can be 0 for unsigned samples only");
        if (meaning != 3)
        {
            return;
        }

        var map = Fields.All(TiffTag.ColorMap);
        var count = BitsPerSample <= 8 ? 1 << BitsPerSample : 0;
        report.Require(
            count > 0 && Samples == 1 && SampleFormat == 1,
            "BitsPerSample",
            BitsPerSample,
            "a palette is for one unsigned sample of at most 8 bits"
        );
        report.Require(map.Length >= 3 * count, "ColorMap", map.Length, $"{BitsPerSample} bits need {3 * count} values");
        if (count > 0 && map.Length >= 3 * count)
        {
            // Some writers give 8 bits where the format has 16.
            var divisor = map.Any(value => value > byte.MaxValue) ? 256 : 1;
            Palette = [.. Enumerable.Range(0, 3 * count).Select(i => (byte)Math.Clamp(map[((i % 3) * count) + (i / 3)] / divisor, 0, 255))];
        }
    }

    private void ReadBlocks(HeaderReport report, Func<TiffTag, double, int, int, int> whole)
    {
        var isTiled = Fields.Fields.ContainsKey(TiffTag.TileWidth);
        BlockWidth = isTiled ? whole(TiffTag.TileWidth, double.NaN, 1, int.MaxValue) : Width;
        BlockHeight = isTiled
            ? whole(TiffTag.TileLength, double.NaN, 1, int.MaxValue)
            : Fields.Get(TiffTag.RowsPerStrip, Height) is >= 1 and var rows ? (int)Math.Min(rows, Height) : Height;
        Offsets = Fields.All(isTiled ? TiffTag.TileOffsets : TiffTag.StripOffsets);
        ByteCounts = Fields.All(isTiled ? TiffTag.TileByteCounts : TiffTag.StripByteCounts);
        var needed =
            (((long)Width + BlockWidth - 1) / BlockWidth) * (((long)Height + BlockHeight - 1) / BlockHeight) * (IsPlanar ? Samples : 1);
        var name = isTiled ? "TileOffsets" : "StripOffsets";
        report.Require(Offsets.Length >= needed, name, Offsets.Length, $"the sizes need {needed}");
        report.Require(
            ByteCounts.Length >= needed,
            name.Replace("Offsets", "ByteCounts", StringComparison.Ordinal),
            ByteCounts.Length,
            $"the sizes need {needed}"
        );
    }
}
