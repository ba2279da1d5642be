using System.Buffers.Binary;

namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>The sizes of a JPEG and of its components.</summary>
internal sealed class JpegFrame
{
    private const int StartBytes = 6;
    private const int ComponentBytes = 3;

    private JpegFrame(bool isProgressive, int precision, int width, int height, JpegComponent[] components)
    {
        (IsProgressive, Precision, Width, Height, Components) = (isProgressive, precision, width, height, components);
        MaximumX = components.Max(c => c.SamplesX);
        MaximumY = components.Max(c => c.SamplesY);
        GroupsX = (width + (8 * MaximumX) - 1) / (8 * MaximumX);
        GroupsY = (height + (8 * MaximumY) - 1) / (8 * MaximumY);
        foreach (var component in components)
        {
            component.SetSizes(this);
        }
    }

    public bool IsProgressive { get; }

    /// <summary>Bits of a sample: 8 or 12.</summary>
    public int Precision { get; }

    public int Width { get; }

    public int Height { get; }

    public JpegComponent[] Components { get; }

    /// <summary>The most samples that a component has along x in the smallest group.</summary>
    public int MaximumX { get; }

    /// <summary>The most samples that a component has along y in the smallest group.</summary>
    public int MaximumY { get; }

    /// <summary>Groups of blocks of all components along x.</summary>
    public int GroupsX { get; }

    /// <summary>Groups of blocks of all components along y.</summary>
    public int GroupsY { get; }

    /// <summary>Blocks of all components that hold pixels.</summary>
    public long BlockCount => Components.Sum(c => (long)c.BlocksX * c.BlocksY);

    /// <summary>Reads a SOF segment.</summary>
    public static JpegFrame Read(byte marker, ReadOnlySpan<byte> segment)
    {
        if (marker is not (JpegMarker.FirstFrame or JpegMarker.Extended or JpegMarker.Progressive))
        {
            throw new InvalidDataException(
                "the JPEG is "
                    + $"{(marker == JpegMarker.Lossless ? "a lossless one" : "arithmetically coded, hierarchical or lossless")} "
                    + $"(SOF{marker - JpegMarker.FirstFrame}), which is not read; save it as PNG or TIFF"
            );
        }

        if (segment.Length < StartBytes || segment[5] is 0 or > 4 || segment.Length < StartBytes + (ComponentBytes * segment[5]))
        {
            throw new InvalidDataException("the JPEG's frame header is cut short or names no components");
        }

        if (segment[0] != 8 && (segment[0] != 12 || marker == JpegMarker.FirstFrame))
        {
            throw new InvalidDataException(
                $"the JPEG has {segment[0]} bits for a sample; 8 are read, and 12 of the extended and "
                    + "progressive processes. Save it as PNG or TIFF"
            );
        }

        var components = new JpegComponent[segment[5]];
        for (var i = 0; i < components.Length; i++)
        {
            var bytes = segment.Slice(StartBytes + (ComponentBytes * i), ComponentBytes);
            components[i] = new(bytes[0], bytes[1] >> 4, bytes[1] & 15, bytes[2]);
        }

        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        return width > 0 && height > 0
            ? new(marker == JpegMarker.Progressive, segment[0], width, height, components)
            : throw new InvalidDataException($"the JPEG's sizes are {width} x {height}; each must be at least 1");
    }

    /// <summary>Fails for what cannot be made a picture.</summary>
    public void Validate()
    {
        if (Components.Length is not (1 or 3))
        {
            throw new InvalidDataException(
                $"the JPEG has {Components.Length} components; grey (1) and colour (3) are read. Save CMYK pictures as RGB"
            );
        }

        if (Components.DistinctBy(c => c.Id).Count() < Components.Length)
        {
            throw new InvalidDataException("two components of the JPEG have the same name");
        }

        foreach (var component in Components)
        {
            if (MaximumX % component.SamplesX != 0 || MaximumY % component.SamplesY != 0)
            {
                throw new InvalidDataException(
                    $"the JPEG's components are sampled in the ratio {component.SamplesX}x{component.SamplesY} to "
                        + $"{MaximumX}x{MaximumY}; only whole ratios are read"
                );
            }
        }
    }

    /// <summary>Takes memory for samples, and for coefficients where scans refine them.</summary>
    public void Allocate() => Array.ForEach(Components, component => component.Allocate(IsProgressive));

    /// <summary>Turns what scans gave into samples.</summary>
    public void FinishBlocks() => Array.ForEach(Components, component => component.FinishBlocks());
}
