using System.Collections.Concurrent;

namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>Files in memory, read asynchronously, for formats whose readers are not asynchronous themselves.</summary>
/// <remarks>
/// Of each file the first bytes come first, so that a file that is no volume, or whose header is wrong, is refused without being read.
/// </remarks>
internal sealed class FileBuffers
{
    private readonly ConcurrentDictionary<string, (List<byte[]> Blocks, long Available, long Length)> _files = new(StringComparer.Ordinal);

    /// <summary>Calls <paramref name="read"/> until the bytes that it needs are there.</summary>
    /// <param name="read">Reads by these buffers.</param>
    /// <param name="cancellationToken">Ends the reading of files.</param>
    public async Task<T> Read<T>(Func<FileBuffers, T> read, CancellationToken cancellationToken)
    {
        while (true)
        {
            string missing;
            try
            {
                return read(this);
            }
            catch (NotBufferedException fault)
            {
                missing = fault.Path;
            }

            await Load(missing, whole: _files.ContainsKey(missing), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="NotBufferedException">They are not there yet.</exception>
    public Stream Open(string path) =>
        _files.TryGetValue(path, out var file)
            ? new BlockStream(file.Blocks, file.Available, file.Length, path)
            : throw new NotBufferedException(path);

    /// <summary>Reads a file, or its first bytes.</summary>
    public async Task Load(string path, bool whole, CancellationToken cancellationToken)
    {
        var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            bufferSize: 1,
            FileOptions.Asynchronous | FileOptions.SequentialScan
        );
        await using (stream.ConfigureAwait(false))
        {
            var (blocks, length) = (new List<byte[]>(), stream.Length);
            var end = whole ? length : Math.Min(length, BlockStream.BlockLength);
            long available = 0;
            while (available < end)
            {
                var block = new byte[BlockStream.BlockLength];
                var count = await stream
                    .ReadAtLeastAsync(block, (int)Math.Min(block.Length, end - available), throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                blocks.Add(block);
                available += count;
                if (count < block.Length)
                {
                    break;
                }
            }

            // A file that became shorter meanwhile ends where it ends now.
            _files[path] = (blocks, available, whole ? available : Math.Max(length, available));
        }
    }
}
