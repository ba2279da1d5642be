using System.IO.Compression;
using Microsoft.ML.MedicalSegmentation.Provenance;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Looks at the parts of model zips, and changes them as somebody would who makes the digest at the end fit again.</summary>
internal static class ModelZipParts
{
    public static string[] Names(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }

    public static byte[] Read(string path, string name)
    {
        using var zip = ZipFile.OpenRead(path);
        using var content = zip.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Gives a part other bytes; null removes it.</summary>
    public static void Replace(string path, string name, byte[]? bytes)
    {
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            zip.GetEntry(name)?.Delete();
            if (bytes is not null)
            {
                using var content = zip.CreateEntry(name).Open();
                content.Write(bytes);
            }

            zip.Comment = ModelSeal.Placeholder;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        ModelSeal.Write(file);
    }
}
