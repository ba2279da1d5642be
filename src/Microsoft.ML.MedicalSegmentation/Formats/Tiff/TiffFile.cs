using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>All pages of a TIFF as one volume: slices, and channels where ImageJ or OME-XML says so.</summary>
internal sealed class TiffFile
{
    private TiffFile(List<TiffPage> pages, bool bigEndian, TiffLayout layout)
        => (Pages, IsBigEndian, Layout) = ([.. layout.Pages.Select(page => pages[page])], bigEndian, layout);

    /// <summary>Pages in the order of the volume: channel after channel, slice after slice.</summary>
    public IReadOnlyList<TiffPage> Pages { get; }

    public bool IsBigEndian { get; }

    /// <summary>How pages make slices and channels.</summary>
    public TiffLayout Layout { get; }

    public int Depth => Pages.Count / Layout.Channels;

    /// <summary>Reads and checks all pages.</summary>
    /// <exception cref="VolumeFormatException">A page breaks a rule of the format, or pages differ.</exception>
    public static (TiffFile File, VolumeHeader Header, VoxelLayout Layout) Read(Stream file, VolumeSource source)
    {
        var (directories, bigEndian) = TiffDirectories.Read(file, source.Name);
        var report = new HeaderReport(source.Name, "TIFF");

        // Bit 0 of the subfile type marks smaller copies of another page, bit 2 masks of one.
        var kept = directories.Where(d => ((int)d.Get(TiffTag.NewSubfileType, 0) & 5) == 0).ToList();
        if (kept.Count < directories.Count)
        {
            report.Note(
                $"{directories.Count - kept.Count} of {directories.Count} pages are smaller copies or masks of others and were left out."
            );
        }

        report.Require(kept.Count > 0, "NewSubfileType", "of all pages", "a page must be a picture of its own");
        var pages = new List<TiffPage>();
        foreach (var directory in kept)
        {
            pages.Add(TiffPage.Create(directory, report));
            report.ThrowIfFaulty();
        }

        report.ThrowIfFaulty();
        var odd = pages.FindIndex(page => !page.IsLike(pages[0]));
        if (odd > 0)
        {
            throw new VolumeFormatException(
                source.Name,
                "TIFF",
                null,
                $"page {odd + 1} is {pages[odd].Width} x {pages[odd].Height} of {pages[odd].VoxelType}, but page 1 is "
                    + $"{pages[0].Width} x {pages[0].Height} of {pages[0].VoxelType}, or their colours or orientations differ. Slices of "
                    + "a volume are alike; save the pages as files of their own."
            );
        }

        var layout = OmeDescription.Parse(kept[0].Description, pages.Count, pages[0].Samples, source.Name)
            ?? ImageJDescription.Parse(kept[0].Description, pages.Count) ?? TiffLayout.Plain(pages.Count);
        return Describe(new TiffFile(pages, bigEndian, layout), source, report);
    }

    private static (TiffFile File, VolumeHeader Header, VoxelLayout Layout) Describe(
        TiffFile file,
        VolumeSource source,
        HeaderReport report
    )
    {
        var first = file.Pages[0];
        var perMillimetre =
            file.Layout.PerMillimetre
            ?? first.Fields.Get(TiffTag.ResolutionUnit, 2) switch
            {
                2 => 1 / 25.4,
                3 => 1 / 10.0,
                _ => 0,
            };
        var (x, y) = (first.Fields.Get(TiffTag.XResolution, 0) * perMillimetre, first.Fields.Get(TiffTag.YResolution, 0) * perMillimetre);
        if (file.Depth > 1 && file.Layout.SliceDistance is null)
        {
            report.Note("The file states no distance of slices; 1 mm was used.");
        }

        if (file.Layout.PixelSize is var (width, height))
        {
            (x, y) = (1 / width, 1 / height);
        }

        var orientation = first.ImageOrientation;
        var geometry = orientation.FromDensity(
            x,
            y,
            file.Layout.PixelSize is null ? "XResolution" : "PhysicalSizeX",
            report,
            file.Layout.SliceDistance ?? 1
        );
        orientation.Note("Orientation", report);
        if (first.IsInverted && !source.Options.KeepStoredNumbers)
        {
            report.Note("0 is white in the file; values were turned round so that larger is brighter.");
        }

        var inner = first.ChannelsRead(source.Options.KeepStoredNumbers);
        var channels = (long)inner * file.Layout.Channels;
        report.Require(channels <= int.MaxValue, "SamplesPerPixel", channels, "there are more channels than a volume can have");
        report.ThrowIfFaulty();
        var shape = new VolumeShape((int)channels, file.Depth, orientation.Height, orientation.Width);
        var header = new VolumeHeader("TIFF", shape, first.VoxelType, VoxelScaling.Identity, geometry)
        {
            Fields = new Dictionary<string, string>
            {
                ["Compression"] = $"{first.Compression}",
                ["BitsPerSample"] = $"{first.BitsPerSample}",
                ["pages"] = $"{file.Pages.Count}",
                ["Orientation"] = $"{first.Orientation}",
            },
            Notes = report.Notes,
        };
        return (file, header, new(first.VoxelType, BigEndian: !BitConverter.IsLittleEndian, shape, first.IsPlanar ? 1 : inner));
    }
}
