using System.Text.RegularExpressions;
using MedSeg.Terminal;

namespace MedSeg.Scoring;

/// <summary>Groups image files into cases by nnU-Net's channel numbers: CASE_0000.nii.gz, CASE_0001.nii.gz, ...</summary>
internal static partial class ChannelGroups
{
    /// <summary>Cases of the files, sorted by name.</summary>
    /// <remarks>
    /// For a model of several channels, files that differ only in the number are one case, unless each holds all channels, as pictures in
    /// colour do. For a model of one channel, and for files that hold all channels, the number is cut off when it is _0000 in every file
    /// that has one, and belongs to the name otherwise (patient_0001.nii.gz).
    /// </remarks>
    /// <param name="files">Volume files.</param>
    /// <param name="channels">Channels that the model takes.</param>
    public static IEnumerable<SegmentationCase> Of(IReadOnlyList<string> files, int channels)
    {
        var numbered = files.Select(path => (Path: path, Match: ChannelNumber().Match(VolumeFiles.Stem(path)))).ToList();
        var isNumbered = numbered.Exists(file => file.Match.Success)
            && (numbered.TrueForAll(file => !file.Match.Success || file.Match.Groups[2].ValueSpan is "0000")
                || (channels > 1 && !HoldsChannels(numbered.First(file => file.Match.Success).Path, channels)));
        return isNumbered
            ? numbered
                .GroupBy(file =>
                    Path.Combine(
                        Path.GetDirectoryName(file.Path) ?? "",
                        file.Match.Success ? file.Match.Groups[1].Value : VolumeFiles.Stem(file.Path)
                    )
                )
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new SegmentationCase(
                    Path.GetFileName(group.Key),
                    [.. group.OrderBy(file => file.Match.Groups[2].Value, StringComparer.Ordinal).Select(file => file.Path)],
                    null
                ))
            : files.Select(path => new SegmentationCase(VolumeFiles.Stem(path), [path], null));
    }

    private static bool HoldsChannels(string path, int channels)
    {
        try
        {
            return VolumeFormats.ReadHeader(path).Shape.Channels == channels;
        }
        catch (Exception fault) when (Blame.IsOfTheData(fault))
        {
            // Scoring reports what is wrong with the file.
            return false;
        }
    }

    [GeneratedRegex("^(.+)_([0-9]{4})$")]
    private static partial Regex ChannelNumber();
}
