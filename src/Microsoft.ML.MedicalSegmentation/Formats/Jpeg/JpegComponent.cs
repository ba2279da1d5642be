namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>One component of a JPEG, such as its luma: blocks of 8 x 8 samples.</summary>
internal sealed class JpegComponent
{
    private ushort[]? _steps;
    private int _precision = 8;
    private short[] _coefficients = [];

    public JpegComponent(int id, int samplesX, int samplesY, int quantizationSlot)
    {
        if (samplesX is < 1 or > 4 || samplesY is < 1 or > 4 || quantizationSlot > 3)
        {
            throw new InvalidDataException(
                $"a component of the JPEG has the sampling {samplesX}x{samplesY} and the table "
                    + $"{quantizationSlot}; 1 to 4 and 0 to 3 are allowed"
            );
        }

        (Id, SamplesX, SamplesY, QuantizationSlot) = (id, samplesX, samplesY, quantizationSlot);
    }

    public int Id { get; }

    /// <summary>Samples along x in the smallest group, 1 to 4.</summary>
    public int SamplesX { get; }

    /// <summary>Samples along y in the smallest group, 1 to 4.</summary>
    public int SamplesY { get; }

    public int QuantizationSlot { get; }

    /// <summary>Samples along x.</summary>
    public int Width { get; private set; }

    /// <summary>Samples along y.</summary>
    public int Height { get; private set; }

    /// <summary>Blocks along x that hold samples.</summary>
    public int BlocksX { get; private set; }

    /// <summary>Blocks along y that hold samples.</summary>
    public int BlocksY { get; private set; }

    /// <summary>Blocks along x, up to whole groups.</summary>
    public int StoredX { get; private set; }

    /// <summary>Blocks along y, up to whole groups.</summary>
    public int StoredY { get; private set; }

    /// <summary>All samples, row by row; rows are 8 times <see cref="StoredX"/> long.</summary>
    public ushort[] Samples { get; private set; } = [];

    /// <summary>The constant part of the block before.</summary>
    public int Predictor { get; set; }

    public void SetSizes(JpegFrame frame)
    {
        Width = ((frame.Width * SamplesX) + frame.MaximumX - 1) / frame.MaximumX;
        Height = ((frame.Height * SamplesY) + frame.MaximumY - 1) / frame.MaximumY;
        _precision = frame.Precision;
        (BlocksX, BlocksY) = ((Width + 7) / 8, (Height + 7) / 8);
        (StoredX, StoredY) = (frame.GroupsX * SamplesX, frame.GroupsY * SamplesY);
    }

    public void Allocate(bool keepsCoefficients)
    {
        var count = (long)StoredX * StoredY * JpegBlock.Count;
        if (count > Array.MaxLength)
        {
            throw new InvalidDataException($"the JPEG has {count} samples in a component; at most {Array.MaxLength} can be decoded");
        }

        Samples = new ushort[count];
        _coefficients = keepsCoefficients ? new short[count] : [];
    }

    /// <summary>Keeps the quantization table as it stands at the component's first scan.</summary>
    public void Start(JpegTables tables)
    {
        _steps ??= tables.Quantization(QuantizationSlot);
        Predictor = 0;
    }

    /// <summary>The coefficients of a block, which scans refine.</summary>
    public Span<short> Coefficients(int x, int y) => _coefficients.AsSpan(((y * StoredX) + x) * JpegBlock.Count, JpegBlock.Count);

    /// <summary>Turns the coefficients of a block into samples.</summary>
    public void Finish(int x, int y, ReadOnlySpan<short> coefficients)
        => JpegBlock.Invert(coefficients, _steps, Samples.AsSpan((y * 8 * StoredX * 8) + (x * 8)), StoredX * 8, _precision);

    /// <summary>Turns the coefficients that scans refined into samples.</summary>
    public void FinishBlocks()
    {
        if (_steps is null)
        {
            throw new InvalidDataException($"component {Id} of the JPEG is in no scan");
        }

        for (var y = 0; _coefficients.Length > 0 && y < StoredY; y++)
        {
            for (var x = 0; x < StoredX; x++)
            {
                Finish(x, y, Coefficients(x, y));
            }
        }

        _coefficients = [];
    }
}
