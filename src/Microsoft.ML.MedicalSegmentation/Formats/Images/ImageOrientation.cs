using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Images;

/// <summary>How a camera was held: the eight ways in which the rows of a picture may be stored (TIFF tag 274, EXIF).</summary>
/// <remarks>
/// A picture as stored is the shown one along other axes, so it is read where it lies and then turned to the axes of
/// <see cref="ImageGeometry"/>, so that each pixel keeps its place. A stack is turned slice by slice.
/// </remarks>
/// <param name="code">
/// 1 upright, 2 mirrored, 3 upside down, 4 mirrored upside down, 5 to 8 the same with rows and columns swapped; others count as 1.
/// </param>
/// <param name="width">Pixels of a stored row.</param>
/// <param name="height">Stored rows.</param>
internal readonly struct ImageOrientation(int code, int width, int height)
{
    /// <summary>True where rows are stored as they are shown.</summary>
    public bool IsUpright => code is < 2 or > 8;

    /// <summary>True where stored rows are shown as columns.</summary>
    public bool SwapsAxes => code is >= 5 and <= 8;

    /// <summary>Pixels of a row as shown.</summary>
    public int Width => SwapsAxes ? height : width;

    /// <summary>Rows as shown.</summary>
    public int Height => SwapsAxes ? width : height;

    // Whether pixels of a stored row, and stored rows, run against the axis along which they are shown.
    private bool MirrorsRows => code is 2 or 3 or 7 or 8;

    private bool MirrorsColumns => code is 3 or 4 or 6 or 7;

    /// <summary>Pixels of a picture at a density that the file states for the stored rows, along the axes as shown.</summary>
    /// <inheritdoc cref="ImageGeometry.FromDensity"/>
    public VolumeGeometry FromDensity(double x, double y, string field, HeaderReport report, double z = 1)
        => SwapsAxes ? ImageGeometry.FromDensity(y, x, field, report, z) : ImageGeometry.FromDensity(x, y, field, report, z);

    /// <summary>Tells the report where a picture is not upright.</summary>
    /// <param name="field">The field that says so.</param>
    /// <param name="report">Receives the note.</param>
    public void Note(string field, HeaderReport report)
    {
        if (!IsUpright)
        {
            report.Note($"{field} {code} was applied: the picture was turned or mirrored to how viewers show it.");
        }
    }

    /// <summary>Reads the picture, or a block of it, as shown.</summary>
    /// <param name="shown">What the file says of the picture as shown.</param>
    /// <param name="block">In pixels as shown; null reads everything.</param>
    /// <param name="read">Reads a block as stored of a picture that its header describes as stored.</param>
    /// <exception cref="ArgumentException">The block reaches outside the picture.</exception>
    public Volume Read(VolumeHeader shown, VolumeRegion? block, Func<VolumeHeader, VolumeRegion?, Volume> read)
    {
        if (IsUpright)
        {
            return read(shown, block);
        }

        block?.Validate(shown.Shape);
        var stored = read(
            shown with
            {
                Shape = shown.Shape with { Height = height, Width = width },
                Geometry = Stored(shown.Geometry),
            },
            Stored(block)
        );
        var geometry = block is { } part ? shown.Geometry.Shifted(new(part.X, part.Y, part.Z)) : shown.Geometry;
        return stored.Reorient(ImageGeometry.Unknown.OrientationCode).WithGeometry(geometry).WithHeader(shown);
    }

    private VolumeRegion? Stored(VolumeRegion? shown)
    {
        if (shown is not { } block)
        {
            return null;
        }

        var (x, columns, y, rows) = SwapsAxes
            ? (block.Y, block.Height, block.X, block.Width)
            : (block.X, block.Width, block.Y, block.Height);
        return new(MirrorsRows ? width - x - columns : x, MirrorsColumns ? height - y - rows : y, block.Z, columns, rows, block.Depth);
    }

    private VolumeGeometry Stored(VolumeGeometry shown)
    {
        var affine = shown.IndexToWorld;
        var (x, y, origin) = (affine.Column(SwapsAxes ? 1 : 0), affine.Column(SwapsAxes ? 0 : 1), affine.Translation);
        origin += (MirrorsRows ? x * (width - 1) : default) + (MirrorsColumns ? y * (height - 1) : default);
        return new(new AffineTransform(MirrorsRows ? x * -1 : x, MirrorsColumns ? y * -1 : y, affine.Column(2), origin));
    }
}
