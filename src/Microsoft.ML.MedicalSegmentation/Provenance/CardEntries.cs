using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A class of a model.</summary>
/// <param name="Value">Label value.</param>
/// <param name="Name">Its name.</param>
public sealed record CardClass(int Value, string Name);

/// <summary>A model that became part of an ensemble.</summary>
/// <param name="Name">What it was called, such as the name of its file.</param>
/// <param name="Sha256">SHA-256 of its zip, in hexadecimal.</param>
/// <param name="Card">Its card; null if it had none.</param>
public sealed record CardMember(string Name, string Sha256, ModelCard? Card);

/// <summary>A case that a model learnt from or was measured on.</summary>
/// <param name="Name">Its name in the data set.</param>
/// <param name="Sha256">SHA-256 over the files of images and labels in their order, in hexadecimal; see <see cref="Of"/>.</param>
public sealed record CardCase(string Name, string Sha256)
{
    /// <summary>
    /// Reads the files of a case and makes their digest: SHA-256 over the SHA-256 of each image file and then of the label file. Folders
    /// count by their files, sorted by name.
    /// </summary>
    public static CardCase Of(SegmentationCase one)
    {
        ArgumentNullException.ThrowIfNull(one);
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in one.ImagePaths.Append(one.LabelPath).OfType<string>().SelectMany(FilesOf))
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
            whole.AppendData(SHA256.HashData(stream));
        }

        return new(one.Id, Convert.ToHexStringLower(whole.GetHashAndReset()));
    }

    /// <summary>One digest over cases, whatever their order.</summary>
    public static string DigestOf(IEnumerable<CardCase> cases) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Join('\n', cases.OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => $"{one.Name} {one.Sha256}"))
                )
            )
        );

    // "FOLDER#UID" is one DICOM series of a folder.
    private static IEnumerable<string> FilesOf(string path)
    {
        var real = Path.Exists(path) || path.LastIndexOf('#') is not (> 0 and var end) ? path : path[..end];
        return Directory.Exists(real) ? Directory.EnumerateFiles(real).Order(StringComparer.Ordinal) : [real];
    }
}

/// <summary>An epoch of training.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Loss">Mean loss; null if it was not finite.</param>
/// <param name="ValidationDice">Mean validation Dice; null if there was none.</param>
/// <param name="IsBest">True if its weights were the best so far.</param>
/// <param name="Seconds">Since training began.</param>
public sealed record CardEpoch(int Epoch, double? Loss, double? ValidationDice, bool IsBest, double Seconds);

/// <summary>A mean over cases.</summary>
/// <param name="Set">The cases, such as "test".</param>
/// <param name="Metric">Key of the metric.</param>
/// <param name="Class">The class, or "mean".</param>
/// <param name="Mean">The mean; null if no case has a value.</param>
/// <param name="Lower">Lower end of its 95 % interval; null below two cases.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="Count">Cases in the mean, n.</param>
public sealed record CardResult(string Set, string Metric, string Class, double? Mean, double? Lower, double? Upper, int Count)
{
    /// <summary>Metric, mean, interval and n.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Metric} {Mean:0.000}{(Lower is null ? "" : $" [{Lower:0.000}, {Upper:0.000}]")} on {Count} {Set} cases"
        );
}
