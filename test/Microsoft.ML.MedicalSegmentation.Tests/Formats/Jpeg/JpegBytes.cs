namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>
/// Makes JPEG files of every kind that is read, with all quantization steps 1, so that samples come back within rounding.
/// </summary>
/// <remarks>One code table serves for all: each value is its own code of nine bits.</remarks>
internal sealed class JpegBytes(int width, int height, (int X, int Y)[] sampling, Func<int, int, int, double> sample)
{
    private const int Block = 64;

    private static readonly byte[] ZigZag =
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    private readonly List<byte> _before = [];
    private readonly int _maximumX = sampling.Max(s => s.X);
    private readonly int _maximumY = sampling.Max(s => s.Y);

    public int RestartInterval { get; init; }

    public bool Progressive { get; init; }

    /// <summary>True for one scan per component instead of one for all.</summary>
    public bool Separate { get; init; }

    /// <summary>Adds a segment before the frame.</summary>
    public JpegBytes With(byte marker, params byte[] data)
    {
        _before.AddRange([0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data]);
        return this;
    }

    /// <summary>Marks components as red, green and blue.</summary>
    public JpegBytes AsRgb() => With(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]);

    public JpegBytes WithOrientation(byte orientation)
        => With(0xE1, [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);

    public byte[] ToArray()
    {
        var file = new List<byte> { 0xFF, 0xD8 };
        file.AddRange(_before);
        Segment(file, 0xDB, [0, .. Enumerable.Repeat((byte)1, Block)]);
        foreach (var table in new byte[] { 0x00, 0x10 })
        {
            // All 256 values have nine bits; a table's counts are bytes, so the last value has ten.
            Segment(
                file,
                0xC4,
                [table, 0, 0, 0, 0, 0, 0, 0, 0, 255, 1, 0, 0, 0, 0, 0, 0, .. Enumerable.Range(0, 256).Select(value => (byte)value)]
            );
        }

        Segment(file, (byte)(Progressive ? 0xC2 : 0xC0),
            [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, (byte)sampling.Length,
                .. sampling.SelectMany((s, i) => new byte[] { (byte)(i + 1), (byte)((s.X << 4) | s.Y), 0 })]);
        Segment(file, 0xDD, [(byte)(RestartInterval >> 8), (byte)RestartInterval]);
        var components = Enumerable.Range(0, sampling.Length).ToArray();
        var blocks = Array.ConvertAll(components, MakeBlocks);
        foreach (var scan in Separate ? components.Select(c => new[] { c }) : [components])
        {
            Scan(file, scan, 0, Progressive ? 0 : 63, 0, Progressive ? 1 : 0, blocks);
            if (Progressive)
            {
                Scan(file, scan, 0, 0, 1, 0, blocks);
            }
        }

        foreach (var component in Progressive ? components : [])
        {
            Scan(file, [component], 1, 9, 0, 2, blocks);
            Scan(file, [component], 10, 63, 0, 2, blocks);
            Scan(file, [component], 1, 63, 2, 1, blocks);
            Scan(file, [component], 1, 63, 1, 0, blocks);
        }

        file.AddRange([0xFF, 0xD9]);
        return [.. file];
    }

    private static void Segment(List<byte> file, byte marker, IReadOnlyCollection<byte> data)
        => file.AddRange([0xFF, marker, (byte)((data.Count + 2) >> 8), (byte)(data.Count + 2), .. data]);

    private (int X, int Y) Groups => ((width + (8 * _maximumX) - 1) / (8 * _maximumX), (height + (8 * _maximumY) - 1) / (8 * _maximumY));

    /// <summary>The coefficients of a component's blocks, [y][x].</summary>
    private int[][][] MakeBlocks(int component)
    {
        var (ratioX, ratioY) = (_maximumX / sampling[component].X, _maximumY / sampling[component].Y);
        return [.. Enumerable.Range(0, Groups.Y * sampling[component].Y).Select(by =>
            Enumerable.Range(0, Groups.X * sampling[component].X).Select(bx => Transform((x, y) =>
                Mean(component, ((bx * 8) + x) * ratioX, ((by * 8) + y) * ratioY, ratioX, ratioY) - 128)).ToArray())];
    }

    private double Mean(int component, int startX, int startY, int countX, int countY)
        => Enumerable.Range(0, countX * countY).Average(i =>
            sample(Math.Min(startX + (i % countX), width - 1), Math.Min(startY + (i / countX), height - 1), component));

    private static int[] Transform(Func<int, int, double> value)
    {
        var block = new int[Block];
        for (var k = 0; k < Block; k++)
        {
            var (u, v) = (ZigZag[k] % 8, ZigZag[k] / 8);
            var sum = 0.0;
            for (var i = 0; i < Block; i++)
            {
                sum +=
                    value(i % 8, i / 8)
                    * Math.Cos(((2 * (i % 8)) + 1) * u * Math.PI / 16)
                    * Math.Cos(((2 * (i / 8)) + 1) * v * Math.PI / 16);
            }

            block[k] = (int)Math.Round(sum / 4 * (u == 0 ? Math.Sqrt(0.5) : 1) * (v == 0 ? Math.Sqrt(0.5) : 1));
        }

        return block;
    }

    private void Scan(List<byte> file, int[] components, int first, int last, int high, int low, int[][][][] blocks)
    {
        Segment(
            file,
            0xDA,
            [
                (byte)components.Length,
                .. components.SelectMany(c => new byte[] { (byte)(c + 1), 0 }),
                (byte)first,
                (byte)last,
                (byte)((high << 4) | low),
            ]
        );
        var bits = new JpegBitWriter(file);
        var predictors = new int[sampling.Length];
        var (countX, countY) = components.Length > 1 ? Groups
            : (BlocksOf(width, sampling[components[0]].X, _maximumX), BlocksOf(height, sampling[components[0]].Y, _maximumY));
        for (var group = 0; group < countX * countY; group++)
        {
            if (RestartInterval > 0 && group > 0 && group % RestartInterval == 0)
            {
                bits.Restart((group / RestartInterval) - 1);
                Array.Clear(predictors);
            }

            foreach (var component in components)
            {
                var (inX, inY) = components.Length > 1 ? sampling[component] : (1, 1);
                for (var i = 0; i < inX * inY; i++)
                {
                    var block = blocks[component][(group / countX * inY) + (i / inX)][(group % countX * inX) + (i % inX)];
                    WriteBlock(bits, block, first, last, high, low, ref predictors[component]);
                }
            }
        }

        bits.Finish();
    }

    private static int BlocksOf(int size, int samples, int maximum) => ((((size * samples) + maximum - 1) / maximum) + 7) / 8;

    private static void WriteBlock(JpegBitWriter bits, int[] block, int first, int last, int high, int low, ref int predictor)
    {
        if (first == 0 && high > 0)
        {
            bits.Write((block[0] >> low) & 1, 1);
            return;
        }

        if (first == 0)
        {
            var constant = block[0] >> low;
            bits.WriteNumber(0, constant - predictor);
            predictor = constant;
        }

        if (high > 0)
        {
            Refine(bits, block, first, last, low);
            return;
        }

        var zeros = 0;
        for (var k = Math.Max(first, 1); k <= last; k++)
        {
            var value = Math.Sign(block[k]) * (Math.Abs(block[k]) >> low);
            if (value == 0)
            {
                zeros++;
                continue;
            }

            for (; zeros > 15; zeros -= 16)
            {
                bits.WriteCode(0xF0);
            }

            bits.WriteNumber(zeros, value);
            zeros = 0;
        }

        if (zeros > 0)
        {
            bits.WriteCode(0);
        }
    }

    /// <summary>One more bit of known coefficients, and the first bit of new ones (T.81, G.1.2.3).</summary>
    private static void Refine(JpegBitWriter bits, int[] block, int first, int last, int low)
    {
        var lastNew = Array.FindLastIndex(block, last, last - first + 1, value => Math.Abs(value) >> low == 1);
        var corrections = new List<int>();
        var zeros = 0;
        void Flush()
        {
            corrections.ForEach(bit => bits.Write(bit, 1));
            corrections.Clear();
        }

        for (var k = first; k <= last; k++)
        {
            var size = Math.Abs(block[k]) >> low;
            if (size == 0)
            {
                zeros++;
                continue;
            }

            for (; zeros > 15 && k <= lastNew; zeros -= 16)
            {
                bits.WriteCode(0xF0);
                Flush();
            }

            if (size > 1)
            {
                corrections.Add(size & 1);
                continue;
            }

            bits.WriteCode((zeros << 4) | 1);
            bits.Write(block[k] > 0 ? 1 : 0, 1);
            Flush();
            zeros = 0;
        }

        if (zeros > 0 || corrections.Count > 0)
        {
            bits.WriteCode(0);
            Flush();
        }
    }
}
