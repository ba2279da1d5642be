using System.Formats.Tar;
using MedSeg.Terminal;

namespace MedSeg.Demo;

/// <summary>Fetches the hippocampus task of the Medical Segmentation Decathlon from its public address.</summary>
/// <remarks>Simpson et al. 2019, https://arxiv.org/abs/1902.09063; CC BY-SA 4.0.</remarks>
internal static class DecathlonDownload
{
    private const string Task = "Task04_Hippocampus";
    private const long LargestArchive = 256L << 20;

    private static readonly Uri Address = new($"https://msd-for-monai.s3-us-west-2.amazonaws.com/{Task}.tar");

    /// <summary>Downloads and unpacks; false, with a line that says why, where the address cannot be reached.</summary>
    public static bool TryFetch(string workspace, out string folder)
    {
        folder = Path.Combine(workspace, Task);
        if (File.Exists(Path.Combine(folder, "dataset.json")))
        {
            return true;
        }

        Report.Step($"Fetching {Address} ...");
        var archive = Path.Combine(workspace, Task + ".tar.tmp");
        Directory.CreateDirectory(workspace);
        try
        {
            Download(archive);
            Unpack(archive, workspace);
            return File.Exists(Path.Combine(folder, "dataset.json"));
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or IOException or InvalidDataException)
        {
            Report.Step($"The data set could not be fetched: {fault.Message}");
            return false;
        }
        finally
        {
            File.Delete(archive);
        }
    }

    private static void Download(string archive)
    {
        // A machine without internet finds out soon.
        using var connections = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) };
        using var client = new HttpClient(connections) { Timeout = TimeSpan.FromMinutes(5) };
        using var response = client.Send(new HttpRequestMessage(HttpMethod.Get, Address), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var content = response.Content.ReadAsStream();
        using var file = File.Create(archive);
        var buffer = new byte[1 << 16];
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            file.Write(buffer, 0, read);
            if (file.Length > LargestArchive)
            {
                throw new InvalidDataException($"the archive is larger than {LargestArchive >> 20} MiB, so it is not the data set.");
            }
        }
    }

    // An archive from the network is unpacked into a folder of its own first; only regular files of the task are taken.
    private static void Unpack(string archive, string workspace)
    {
        var root = Path.GetFullPath(workspace) + Path.DirectorySeparatorChar;
        using var reader = new TarReader(File.OpenRead(archive));
        while (reader.GetNextEntry() is { } entry)
        {
            var target = Path.GetFullPath(Path.Combine(root, entry.Name));
            var isTask = target.StartsWith(Path.Combine(root, Task) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
            if (
                isTask
                && entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile
                && !Path.GetFileName(target).StartsWith("._", StringComparison.Ordinal)
            )
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target) ?? root);
                entry.ExtractToFile(target, overwrite: true);
            }
        }
    }
}
