using System.Security.Cryptography;
using System.Text.Json;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Scoring;

/// <summary>Says from which model and input a file of labels was made, so that a repeated batch skips it.</summary>
/// <param name="Model">SHA-256 of the model zip, in hexadecimal.</param>
/// <param name="Input">SHA-256 over the files of the case, in hexadecimal.</param>
/// <param name="Output">SHA-256 of the file of labels, in hexadecimal.</param>
/// <param name="Settings">Settings that change the labels.</param>
internal sealed record CaseReceipt(string Model, string Input, string Output, string Settings)
{
    private const string FolderName = ".medseg";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>True if a receipt of the same model, input and settings lies beside a file of labels that is unchanged.</summary>
    public static bool IsCurrent(string labels, string model, string input, string settings)
        => File.Exists(labels) && Read(labels) is { } receipt && receipt == new CaseReceipt(model, input, DigestOf([labels]), settings);

    /// <summary>True where `medseg score` wrote the file, or had begun to.</summary>
    public static bool Exists(string labels) => File.Exists(PathOf(labels));

    /// <summary>Announces that the labels are about to be written, so that a batch that was stopped may go on over them.</summary>
    public static void Announce(string labels) => Write(labels, new("", "", "", ""));

    /// <summary>Writes the receipt beside the labels, in the folder .medseg.</summary>
    public static void Write(string labels, string model, string input, string settings) =>
        Write(labels, new(model, input, DigestOf([labels]), settings));

    /// <summary>SHA-256 over files, and over the files of folders, in the order of their names.</summary>
    public static string DigestOf(IEnumerable<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 17];
        foreach (var path in paths.SelectMany(FilesOf))
        {
            using var stream = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                bufferSize: 1,
                FileOptions.SequentialScan
            );
            hash.AppendData(BitConverter.GetBytes(stream.Length));
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                hash.AppendData(buffer.AsSpan(0, read));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Write(string labels, CaseReceipt receipt) => WholeFile.Write(PathOf(labels), Report.ToJson(receipt));

    private static IEnumerable<string> FilesOf(string path)
    {
        // "FOLDER#UID" is one DICOM series of a folder; the folder's other series count as well, which only costs a repetition.
        var real = Path.Exists(path) || path.LastIndexOf('#') is not (> 0 and var end) ? path : path[..end];
        return Directory.Exists(real) ? Directory.EnumerateFiles(real).Order(StringComparer.Ordinal) : [real];
    }

    private static string PathOf(string labels) =>
        Path.Combine(Path.GetDirectoryName(labels) ?? ".", FolderName, Path.GetFileName(labels) + ".json");

    private static CaseReceipt? Read(string labels)
    {
        try
        {
            return File.Exists(PathOf(labels)) ? JsonSerializer.Deserialize<CaseReceipt>(File.ReadAllText(PathOf(labels)), Format) : null;
        }
        catch (JsonException)
        {
            // A damaged receipt proves nothing; the case is scored again.
            return null;
        }
    }
}
