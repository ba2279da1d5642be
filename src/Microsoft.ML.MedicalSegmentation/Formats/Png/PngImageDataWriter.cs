using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>Writes what it is given as IDAT chunks of one size.</summary>
/// <param name="file">Receives the chunks; stays open.</param>
internal sealed class PngImageDataWriter(Stream file) : WritingStream(ChunkBytes)
{
    private const int ChunkBytes = 1 << 16;

    protected override void WritePiece(Span<byte> piece) => PngChunk.Write(file, "IDAT"u8, piece);
}
