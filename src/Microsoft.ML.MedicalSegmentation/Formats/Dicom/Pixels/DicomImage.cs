using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

/// <summary>The pixels of one file: sizes, sample type and how many frames, checked against the file's length.</summary>
internal sealed class DicomImage
{
    // Together with the other limits this keeps products of sizes within 64 bits.
    private const int MaximumFrames = 1_000_000;

    private static readonly string[] Colours =
    [
        "RGB",
        "YBR_FULL",
        "YBR_FULL_422",
        "YBR_ICT",
        "YBR_RCT",
        "YBR_PARTIAL_420",
        "YBR_PARTIAL_422",
    ];

    private const string PaletteColour = "PALETTE COLOR";

    private DicomImage(DicomFile file, DicomPixelData pixels, DicomFrameFormat format, int frames, bool isPlanar, int highBit)
        => (File, Pixels, Format, Frames, IsPlanar, HighBit) = (file, pixels, format, frames, isPlanar, highBit);

    /// <summary>True where samples are the numbers that labels are: no palette, and no darkness turned to brightness.</summary>
    public bool KeepsNumbers { get; private init; }

    /// <summary>The colours of the samples; null where samples are values themselves.</summary>
    public DicomPalette? Palette { get; private set; }

    /// <summary>Channels that reading gives.</summary>
    public int Channels => Palette is null ? Format.SamplesPerPixel : 3;

    /// <summary>True if two plain pixels share their chroma: luma, luma, blue, red.</summary>
    public bool SharesChroma =>
        Pixels.Fragments is null && Format is { SamplesPerPixel: 3, PhotometricInterpretation: "YBR_FULL_422" or "YBR_PARTIAL_422" };

    /// <summary>Bytes of a plain frame in the file.</summary>
    public long StoredFrameBytes => SharesChroma ? Format.SizeInBytes / 3 * 2 : Format.SizeInBytes;

    public DicomFile File { get; }

    public DicomPixelData Pixels { get; }

    /// <summary>Sizes and sample type of each frame as read: bit-packed pixels count as bytes.</summary>
    public DicomFrameFormat Format { get; }

    public int Frames { get; }

    /// <summary>True where plain frames hold one plane for each colour.</summary>
    public bool IsPlanar { get; }

    /// <summary>Bytes of compressed pixels; null for plain ones.</summary>
    public long? PackedLength => Pixels.Fragments is null ? null : Pixels.Length;

    /// <summary>Where the stored bits end.</summary>
    public int HighBit { get; }

    /// <summary>True where eight pixels share a byte.</summary>
    public bool IsBitPacked => File.DataSet.Number(DicomTags.BitsAllocated) == 1 && Pixels.Fragments is null;

    /// <summary>True where larger samples are darker.</summary>
    public bool IsInverted => Format.PhotometricInterpretation == "MONOCHROME1";

    /// <summary>How a voxel is stored once read.</summary>
    public VoxelType VoxelType => (Format.BitsAllocated, Format.IsSigned) switch
    {
        _ when Pixels.Tag == DicomTags.FloatPixelData => VoxelType.Float32,
        _ when Pixels.Tag == DicomTags.DoubleFloatPixelData => VoxelType.Float64,
        _ when Palette is { } palette => palette.Bits == 8 ? VoxelType.UInt8 : VoxelType.UInt16,
        (8, false) => VoxelType.UInt8,
        (8, true) => VoxelType.Int8,
        (16, false) => VoxelType.UInt16,
        (16, true) => VoxelType.Int16,
        (32, false) => VoxelType.UInt32,
        _ => VoxelType.Int32,
    };

    /// <summary>Reads the image description of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="keepsNumbers">True for the stored numbers, as labels need, instead of colours of a palette or inverted values.</param>
    /// <exception cref="VolumeFormatException">The object is not an image, or its fields or length are wrong.</exception>
    public static DicomImage Read(DicomFile file, bool keepsNumbers = false)
    {
        var set = file.DataSet;
        var pixels =
            file.PixelData
            ?? throw new VolumeFormatException(
                file.Source.Name,
                "DICOM",
                "PixelData",
                "the object has no pixels, so it is not an image: a plan, structure set or report, or a file that was cut short. "
                    + "Read the image series instead."
            );
        var isFloat = pixels.Tag != DicomTags.PixelData;
        var bitsAllocated = set.RequiredInteger(DicomTags.BitsAllocated, 1, 64);
        if (bitsAllocated is not (1 or 8 or 16 or 32 or 64) || (bitsAllocated == 64) != (pixels.Tag == DicomTags.DoubleFloatPixelData))
        {
            throw set.Fault(
                DicomTags.BitsAllocated,
                $"it is {bitsAllocated}; it must be 1, 8, 16 or 32, or 64 for Double Float Pixel Data"
            );
        }

        var bitsStored = isFloat ? bitsAllocated : set.Integer(DicomTags.BitsStored, 1, bitsAllocated) ?? bitsAllocated;
        var highBit = isFloat ? bitsAllocated - 1 : set.Integer(DicomTags.HighBit, bitsStored - 1, bitsAllocated - 1) ?? bitsStored - 1;
        var format = new DicomFrameFormat(
            file.Syntax.Uid,
            set.RequiredInteger(DicomTags.Columns, 1, ushort.MaxValue),
            set.RequiredInteger(DicomTags.Rows, 1, ushort.MaxValue),
            set.Integer(DicomTags.SamplesPerPixel, 1, 4) ?? 1,
            bitsAllocated == 1 ? 8 : bitsAllocated,
            bitsStored,
            set.Integer(DicomTags.PixelRepresentation, 0, 1) == 1,
            set.Text(DicomTags.PhotometricInterpretation) ?? "MONOCHROME2"
        );
        var frames = set.Integer(DicomTags.NumberOfFrames, 1, MaximumFrames) ?? 1;
        var image = new DicomImage(
            file,
            pixels,
            format,
            frames,
            format.SamplesPerPixel > 1 && set.Integer(DicomTags.PlanarConfiguration, 0, 1) == 1,
            highBit
        )
        {
            KeepsNumbers = keepsNumbers,
        };
        image.CheckColours();
        image.CheckLength();
        return image;
    }

    private void CheckColours()
    {
        var (samples, colours) = (Format.SamplesPerPixel, Format.PhotometricInterpretation);
        var isKnown = samples == 1 ? colours is "MONOCHROME1" or "MONOCHROME2" or PaletteColour : samples == 3 && Colours.Contains(colours);
        if (!isKnown)
        {
            throw File.DataSet.Fault(
                DicomTags.PhotometricInterpretation,
                $"it is '{(colours.Length <= 16 ? colours : "longer than any term")}' with {samples} "
                    + "samples; MONOCHROME1, MONOCHROME2 or PALETTE COLOR with 1, or RGB or YBR with 3, can be "
                    + "read. Convert the file to RGB or grey values first"
            );
        }

        if (Pixels.Fragments is null && colours == "YBR_PARTIAL_420")
        {
            throw File.DataSet.Fault(
                DicomTags.PhotometricInterpretation,
                $"plain pixels in {colours} share colours between rows, which is not read. Convert the file to RGB first"
            );
        }

        if (SharesChroma && (Format.Columns % 2 == 1 || IsPlanar))
        {
            throw File.DataSet.Fault(
                DicomTags.PhotometricInterpretation,
                $"plain pixels in {colours} share colours in pairs, but rows have {Format.Columns} "
                    + $"pixels{(IsPlanar ? " in planes" : "")}. The file is damaged"
            );
        }

        if (colours == PaletteColour && !KeepsNumbers)
        {
            Palette = DicomPalette.Read(File.DataSet, Format.IsSigned);
        }
    }

    private void CheckLength()
    {
        if (Pixels.Fragments is null)
        {
            var needed = IsBitPacked ? ((Format.Samples * Frames) + 7) / 8 : (Int128)StoredFrameBytes * Frames;
            if (needed > Pixels.Length)
            {
                throw File.DataSet.Fault(
                    Pixels.Tag,
                    $"it has {Pixels.Length} bytes; {Frames} frames of {Format.Columns} x {Format.Rows} pixels, "
                        + $"{Format.SamplesPerPixel} samples and {File.DataSet.Number(DicomTags.BitsAllocated)} bits need {needed}. The "
                        + "file is cut short or its sizes are wrong; copy it again from its origin"
                );
            }

            return;
        }

        if (Frames > 1 && Frames != Pixels.Fragments.Count && Frames != Pixels.OffsetTable?.Count)
        {
            throw File.DataSet.Fault(
                Pixels.Tag,
                $"{Pixels.Fragments.Count} fragments hold {Frames} frames, and no offset table says which belong together. Unpack "
                    + "the file first (dcmdjpeg, dcmdrle, gdcmconv --raw)"
            );
        }

        if (Pixels.Fragments.Count == 0)
        {
            throw File.DataSet.Fault(
                Pixels.Tag,
                "it has no fragments of compressed pixels. The file is cut short; copy it again from its origin"
            );
        }
    }

    /// <summary>Fails if compressed pixels cannot give so many, before memory is taken for them.</summary>
    public void RequireDecodable()
    {
        if (Pixels.Fragments is null)
        {
            return;
        }

        var decoder = DicomPixelDecoders.Find(File.Syntax, File.Source.Name);
        if ((Int128)Format.SizeInBytes * Frames > (Int128)Pixels.Length * decoder.LargestRatio)
        {
            throw File.DataSet.Fault(
                Pixels.Tag,
                $"{Pixels.Length} compressed bytes cannot hold {Frames} frames of {Format.SizeInBytes} bytes. The sizes are wrong "
                    + "or the file is cut short; copy it again from its origin"
            );
        }
    }
}
