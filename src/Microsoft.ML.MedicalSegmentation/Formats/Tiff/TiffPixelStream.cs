using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>The samples of a TIFF, page after page and row after row, in this machine's byte order.</summary>
/// <remarks>Of pages whose samples have blocks of their own, all first samples come first, as channels of a volume do.</remarks>
internal sealed class TiffPixelStream : PieceStream
{
    private readonly TiffFile _tiff;
    private readonly TiffBlockReader _blocks;
    private readonly bool _keepIndices;
    private byte[] _ready = [];
    private int _plane;
    private int _page;
    private int _row;

    /// <param name="file">Stands at the start of the file; stays open.</param>
    /// <param name="tiff">Its pages.</param>
    /// <param name="keepIndices">True for numbers of palette colours instead of colours.</param>
    public TiffPixelStream(Stream file, TiffFile tiff, bool keepIndices)
        => (_tiff, _blocks, _keepIndices) = (tiff, new(file, tiff.IsBigEndian), keepIndices);

    private int Planes => _tiff.Pages[0].IsPlanar ? _tiff.Pages[0].Samples : 1;

    // Frames of ImageJ are channels by themselves, so the planes of each come before the next frame.
    private int PagesTogether => _tiff.Depth;

    /// <summary>Decodes the next row of blocks.</summary>
    protected override ReadOnlyMemory<byte> NextPiece()
    {
        if (_page == _tiff.Pages.Count)
        {
            return default;
        }

        var page = _tiff.Pages[_page];
        var rows = Math.Min(page.BlockHeight, page.Height - (_row * page.BlockHeight));
        var pixelBytes = page.ChannelsRead(_keepIndices) / Planes * VoxelTypes.SizeOf(page.VoxelType);
        var length = (long)rows * page.Width * pixelBytes;
        if (length > Array.MaxLength)
        {
            throw new InvalidDataException($"a strip has {length} bytes; at most {Array.MaxLength} can be decoded");
        }

        var samples = new TiffSamples(page, _keepIndices);
        for (var column = 0; column < page.BlocksX; column++)
        {
            var index = (((_plane * page.BlocksY) + _row) * page.BlocksX) + column;
            var block = _blocks.Read(page, index, rows);
            if (column == 0)
            {
                // Memory is taken after the first block proved to be there.
                _ready = _ready.Length >= length ? _ready : new byte[length];
            }

            samples.Place(block, rows, column * page.BlockWidth, _ready);
        }

        MoveOn(page);
        return _ready.AsMemory(0, (int)length);
    }

    private void MoveOn(TiffPage page)
    {
        if (++_row < page.BlocksY)
        {
            return;
        }

        _row = 0;
        if (++_page % PagesTogether != 0)
        {
            return;
        }

        if (++_plane < Planes)
        {
            _page -= PagesTogether;
        }
        else
        {
            _plane = 0;
        }
    }
}
