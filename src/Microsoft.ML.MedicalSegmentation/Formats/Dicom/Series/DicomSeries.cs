using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The images of one DICOM series, readable as one volume.</summary>
/// <remarks>
/// Slices are sorted by their position across the slices. Stored voxels and Rescale Slope and Intercept are kept as
/// <see cref="Volume.Scaling"/>; where slices are scaled differently the voxels are values in single precision.
/// Slices at the same place (time, echo, b-value) and colours become channels. Missing, duplicate, uneven, tilted or
/// mixed slices are refused, never guessed.
/// </remarks>
public sealed class DicomSeries
{
    private readonly string _name;
    private readonly IReadOnlyList<DicomFile> _files;
    private readonly VolumeReadOptions _options;
    private readonly IReadOnlyList<string> _notes;

    internal DicomSeries(string name, IReadOnlyList<DicomFile> files, VolumeReadOptions options, IReadOnlyList<string> notes)
        => (_name, _files, _options, _notes) = (name, files, options, notes);

    /// <summary>Series Instance UID; empty if the file has none.</summary>
    public string Uid => First.Text(DicomTags.SeriesInstanceUid) ?? "";

    /// <summary>"CT", "MR", "SEG", ...; empty if the file does not say.</summary>
    public string Modality => First.Text(DicomTags.Modality) ?? "";

    /// <summary>The scanner's count of series; null if the file does not say.</summary>
    public string? Number => First.Text(DicomTags.SeriesNumber);

    /// <summary>The operator's words; null if there are none. Free text: may hold what should not be logged.</summary>
    public string? Description => First.Text(DicomTags.SeriesDescription);

    /// <summary>The files, as found.</summary>
    public IReadOnlyList<string> Files => [.. _files.Select(f => f.Source.Name)];

    /// <summary>Images of all files together; a file may hold many.</summary>
    public int FrameCount =>
        _files.Sum(f => f.DataSet.Number(DicomTags.NumberOfFrames) is { } frames and >= 1 and <= int.MaxValue / 2 ? (int)frames : 1);

    /// <summary>True for segmentations, which <see cref="DicomSegmentation"/> reads with their segments.</summary>
    public bool IsSegmentation => _files.Count == 1 && _files[0].IsSegmentation;

    internal IReadOnlyList<DicomFile> Sources => _files;

    private DicomDataSet First => _files[0].DataSet;

    /// <summary>Every series below a folder, in order of series number and UID; files without images are passed over.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="recursive">Whether folders within it count.</param>
    /// <param name="cancellationToken">Ends reading between two files.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="VolumeFormatException">A DICOM file is damaged.</exception>
    public static IReadOnlyList<DicomSeries> Find(string folder, bool recursive = true, CancellationToken cancellationToken = default)
    {
        ExistingPath.RequireFolder(folder);
        var files = DicomFolder.Read(folder, recursive, VolumeReadOptions.Default with { CancellationToken = cancellationToken }, out _);
        return Group(folder, [.. files.Select(file => file with { Source = file.Source.With(default) })], VolumeReadOptions.Default, []);
    }

    /// <summary>One series of the given files, whatever their series UIDs: for parts of a series.</summary>
    /// <param name="files">Paths, at least one.</param>
    /// <exception cref="VolumeFormatException">A file is damaged or has no pixels.</exception>
    public static DicomSeries Open(IReadOnlyList<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0)
        {
            throw new ArgumentException("There are no files; a series needs at least one.", nameof(files));
        }

        return new(files[0], DicomFolder.Read(files, VolumeReadOptions.Default), VolumeReadOptions.Default, []);
    }

    /// <summary>The series of a file, of a folder that holds one, or of FOLDER#UID.</summary>
    /// <param name="path">File or folder.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="VolumeFormatException">A file is damaged, or the folder holds no series or several.</exception>
    public static DicomSeries Open(string path) => From(VolumeSource.FromPath(path));

    /// <summary>The series of a source: a file, a folder of one, or one of a folder by its UID.</summary>
    internal static DicomSeries From(VolumeSource source)
    {
        if (source is not { IsFolder: true, Path: { } folder })
        {
            return new(source.Name, [DicomFile.Read(source)], source.Options, []);
        }

        var files = DicomFolder.Read(folder, recursive: false, source.Options, out var others);
        var notes = others == 0 ? [] : new[] { $"{others} file(s) of the folder are not DICOM images and were passed over." };
        var series = Group(source.Name, files, source.Options, notes);
        if (source.SeriesUid is { } uid)
        {
            return series.FirstOrDefault(one => one.Uid == uid)
                ?? throw new VolumeFormatException(
                    source.Name,
                    "DICOM",
                    null,
                    "the folder has no series of this UID. `medseg info FOLDER` lists its series."
                );
        }

        return series.Count switch
        {
            0 => throw new VolumeFormatException(
                source.Name,
                "DICOM",
                null,
                "no file of the folder has pixels. Give the folder of an image series."
            ),
            1 => series[0],
            _ => throw new VolumeFormatException(
                source.Name,
                "DICOM",
                null,
                $"the folder holds {series.Count} series, and a volume is one: "
                    + $"{string.Join("; ", series.Take(20).Select(WithFile))}{(series.Count > 20 ? "; ..." : "")}. Put each into a folder "
                    + "of its own, or name a single one (an application can list them and open one)."
            ),
        };

        static string WithFile(DicomSeries one) => $"{one}, {Path.GetFileName(one.Files[0])}{(one.Files.Count > 1 ? " and others" : "")}";
    }

    internal VolumeHeader ReadImageHeader() => Describe(Stack(out var notes), notes);

    internal Volume ReadImages(VolumeRegion? region)
    {
        var stack = Stack(out var notes);
        return DicomVoxelReader.Read(stack, Describe(stack, notes), region, _options);
    }

    /// <summary>Modality, number, files, size of an image and UID; nothing about the patient.</summary>
    public override string ToString() =>
        $"{First.ShortText(DicomTags.Modality)} series {First.ShortText(DicomTags.SeriesNumber) ?? "without number"}, "
        + $"{_files.Count} file(s) of {First.Number(DicomTags.Columns)} x {First.Number(DicomTags.Rows)} pixels, UID "
        + $"{First.ShortText(DicomTags.SeriesInstanceUid)}";

    internal static IReadOnlyList<DicomSeries> Group(
        string name,
        IReadOnlyList<DicomFile> files,
        VolumeReadOptions options,
        IReadOnlyList<string> notes
    ) =>
        [
            .. files
                .GroupBy(f => f.DataSet.Text(DicomTags.SeriesInstanceUid) ?? "")
                .Select(g => new DicomSeries(name, [.. g], options, notes))
                .OrderBy(s => s.First.Number(DicomTags.SeriesNumber) ?? 0)
                .ThenBy(s => s.Uid, StringComparer.Ordinal),
        ];

    internal DicomStack Stack(out List<string> notes)
    {
        var found = new List<string>(_notes);
        notes = found;
        var frames = _files
            .Select(file => DicomImage.Read(file, _options.KeepStoredNumbers))
            .SelectMany(image => DicomFrame.Read(image, found))
            .ToList();
        return DicomStack.Build(frames, _name, notes);
    }

    private VolumeHeader Describe(DicomStack stack, List<string> notes)
    {
        var (first, format) = (stack.First, stack.First.Image.Format);
        var shape = new VolumeShape(stack.Frames.Length * first.Image.Channels, stack.Depth, first.Tile.Height, first.Tile.Width);
        if ((Int128)shape.ChannelCount * shape.Channels > VolumeShape.MaximumCount)
        {
            throw new VolumeFormatException(
                _name,
                "DICOM",
                null,
                $"the series is {shape}, more voxels than one volume holds ({VolumeShape.MaximumCount}). Put the files of a part "
                    + "into a folder of their own (an application can open them by their paths)."
            );
        }

        var scaling = DicomVoxelReader.CommonScaling(stack);
        if (scaling is null)
        {
            notes.Add("Slices are scaled differently; voxels are values in single precision.");
        }

        if (first.Image.Palette is not null)
        {
            notes.Add("PALETTE COLOR: channels are red, green and blue of the palette.");
        }

        if (first.Image.File.Syntax.IsLossy)
        {
            notes.Add($"The pixels were compressed with loss ({first.Image.File.Syntax.Name}): values are approximations.");
        }

        if (first.Image.IsInverted && !first.Image.KeepsNumbers)
        {
            notes.Add(first.Scaling.Slope == -1
                ? "MONOCHROME1: small numbers are bright, so values are inverted; stored voxels are as in the file."
                : "MONOCHROME1 with rescaled values: values are kept, as they have a unit.");
        }

        if (format.PhotometricInterpretation.StartsWith("YBR", StringComparison.Ordinal))
        {
            notes.Add($"Channels are {format.PhotometricInterpretation} as stored, not converted to RGB.");
        }

        var fields = new Dictionary<string, string>
        {
            ["Modality"] = First.ShortText(DicomTags.Modality) ?? "",
            ["SeriesInstanceUID"] = First.ShortText(DicomTags.SeriesInstanceUid) ?? "",
            ["TransferSyntax"] = $"{first.Image.File.Syntax}",
            ["PhotometricInterpretation"] = format.PhotometricInterpretation,
            ["BitsStored"] = FormattableString.Invariant($"{format.BitsStored}"),
            ["Files"] = FormattableString.Invariant($"{_files.Count}"),
        };
        return new(
            "DICOM",
            shape,
            scaling is null ? VoxelType.Float32 : first.Image.VoxelType,
            scaling ?? VoxelScaling.Identity,
            stack.Geometry
        )
        {
            Fields = fields,
            Notes = notes,
            IsLossy = first.Image.File.Syntax.IsLossy,
        };
    }
}
