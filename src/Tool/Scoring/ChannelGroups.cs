using System.Text.RegularExpressions;

namespace MedSeg.Scoring;

/// <summary>Groups image files into cases by nnU-Net's channel numbers: CASE_0000.nii.gz, CASE_0001.nii.gz, ...</summary>
internal static partial class ChannelGroups
{
    /// <summary>Cases of the files, sorted by name.</summary>
    /// <remarks>
    /// For a model of several channels, files that differ only in the number are one case. For a model of one channel, the number is
    /// cut off when every file ends in _0000, and belongs to the name otherwise (patient_0001.nii.gz).
    /// </remarks>
    /// <param name="files">Volume files.</param>
    /// <param name="channels">Channels that the model takes.</param>
    public static IEnumerable<SegmentationCase> Of(IReadOnlyList<string> files, int channels)
    {
        var numbered = files.Select(path => (Path: path, Match: ChannelNumber().Match(VolumeFiles.Stem(path)))).ToList();
        var byNumber = numbered.Count > 0 && numbered.All(file => file.Match.Success)
            && (channels > 1 || numbered.All(file => file.Match.Groups[2].ValueSpan is "0000"));
        return byNumber
            ? numbered.GroupBy(file => Path.Combine(Path.GetDirectoryName(file.Path) ?? "", file.Match.Groups[1].Value))
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new SegmentationCase(
                    Path.GetFileName(group.Key), [.. group.OrderBy(file => file.Match.Groups[2].Value, StringComparer.Ordinal).Select(file => file.Path)], null))
            : files.Select(path => new SegmentationCase(VolumeFiles.Stem(path), [path], null));
    }

    [GeneratedRegex("^(.+)_([0-9]{4})$")]
    private static partial Regex ChannelNumber();
}
