using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Images;
using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>JPEG, read only: one slice of 8 bits, grey or RGB; baseline, extended and progressive with Huffman codes.</summary>
/// <remarks>
/// Decoding follows ITU-T T.81 with the rounding, smooth chroma and colour conversion (JFIF 1.02) of the widespread
/// libjpeg, so that pixels equal those that other software sees. An orientation in EXIF data is honoured: rows and
/// columns are those of the picture as viewers show it. Arithmetic codes, 12 bits, CMYK and lossless are refused.
/// </remarks>
internal sealed class JpegFormat : IVolumeFormat
{
    /// <inheritdoc/>
    public string Name => "JPEG";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".jpg", ".jpeg"];

    /// <inheritdoc/>
    public bool CanWrite => false;

    /// <inheritdoc/>
    public bool IsImage => true;

    /// <inheritdoc/>
    public bool Matches(VolumeSource source, ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    /// <inheritdoc/>
    public VolumeHeader ReadHeader(VolumeSource source) => Guarded(source, () => Describe(Open(source), source));

    /// <inheritdoc/>
    public Volume Read(VolumeSource source, VolumeRegion? region = null) => Guarded(source, () =>
    {
        var picture = Open(source);
        var header = Describe(picture, source);
        region?.Validate(header.Shape);
        picture.RequireData();
        source.Options.RequireAllowed(header.Shape.Count, picture.PackedLength, source.Name, "JPEG");
        return OrientationOf(picture).Read(header, region, (stored, block) =>
        {
            var whole = VoxelBuffer.Create(VoxelType.UInt8, stored.Shape, stored.Geometry, VoxelScaling.Identity, stored, picture.Decode);
            return block is { } part ? whole.CropOrPad(part) : whole;
        });
    });

    /// <inheritdoc/>
    public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options)
        => throw new NotSupportedException("JPEG is read only, as it does not keep values. Write PNG (.png) instead.");

    private static JpegPicture Open(VolumeSource source)
    {
        using var file = source.Open();
        if (file.Length - file.Position > Array.MaxLength)
        {
            throw new InvalidDataException("the file is larger than a JPEG can be");
        }

        var bytes = new byte[file.Length - file.Position];
        file.ReadExactly(bytes);
        var picture = JpegPicture.Open(bytes);
        return picture.Precision == 8
            ? picture
            : throw new InvalidDataException(
                $"the JPEG has {picture.Precision} bits for a sample, of which only 8 are read in pictures; save it as PNG or TIFF"
            );
    }

    private static ImageOrientation OrientationOf(JpegPicture picture) => new(picture.Orientation, picture.Width, picture.Height);

    private static VolumeHeader Describe(JpegPicture picture, VolumeSource source)
    {
        var report = new HeaderReport(source.Name, "JPEG");
        var orientation = OrientationOf(picture);
        var geometry = orientation.FromDensity(picture.PixelsPerMillimetreX, picture.PixelsPerMillimetreY, "JFIF density", report);
        report.ThrowIfFaulty();
        orientation.Note("EXIF orientation", report);
        var shape = new VolumeShape(picture.Channels, 1, orientation.Height, orientation.Width);
        return new("JPEG", shape, VoxelType.UInt8, VoxelScaling.Identity, geometry)
        {
            Fields = new Dictionary<string, string>
            {
                ["process"] = picture.IsProgressive ? "progressive" : "sequential",
                ["sampling"] = picture.Sampling,
                ["orientation"] = $"{picture.Orientation}",
            },
            Notes = report.Notes,
            IsLossy = true,
        };
    }

    private static T Guarded<T>(VolumeSource source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException fault)
        {
            throw new VolumeFormatException(source.Name, "JPEG", null, $"{fault.Message}.", fault);
        }
    }
}
