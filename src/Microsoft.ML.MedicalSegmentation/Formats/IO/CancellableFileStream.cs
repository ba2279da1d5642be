namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>A file that is read until a token ends it.</summary>
/// <param name="path">The file.</param>
/// <param name="cancellationToken">Checked at every read.</param>
internal sealed class CancellableFileStream(string path, CancellationToken cancellationToken)
    : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan)
{
    public override int Read(byte[] buffer, int offset, int count)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return base.Read(buffer, offset, count);
    }

    public override int Read(Span<byte> buffer)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return base.Read(buffer);
    }
}
