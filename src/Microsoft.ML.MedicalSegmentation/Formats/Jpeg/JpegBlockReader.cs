namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>Reads the blocks of a scan: whole ones, or bits of those that several scans make up.</summary>
/// <remarks>ITU-T T.81, annexes F.2.2 (sequential) and G.1.2, G.2 (progressive).</remarks>
/// <param name="band">Which coefficients and bits.</param>
/// <param name="isProgressive">True where several scans make up a block.</param>
internal sealed class JpegBlockReader(JpegBand band, bool isProgressive)
{
    private readonly short[] _block = new short[JpegBlock.Count];
    private int _emptyBlocks;

    /// <summary>Forgets runs of empty blocks, as a restart marker requires.</summary>
    public void Restart() => _emptyBlocks = 0;

    /// <summary>Reads one block.</summary>
    public void Read(JpegScanPart part, int x, int y, ref JpegBits bits)
    {
        if (!isProgressive)
        {
            Array.Clear(_block);
            ReadDc(part, _block, ref bits);
            ReadWhole(part.Ac, _block, ref bits);
            part.Component.Finish(x, y, _block);
            return;
        }

        var block = part.Component.Coefficients(x, y);
        switch (band)
        {
            case { First: 0, IsRefinement: false }:
                ReadDc(part, block, ref bits);
                break;
            case { First: 0 }:
                block[0] |= (short)(bits.Read(1) << band.Shift);
                break;
            case { IsRefinement: false }:
                ReadFirst(part.Ac, block, ref bits);
                break;
            default:
                ReadRefinement(part.Ac, block, ref bits);
                break;
        }
    }

    private static InvalidDataException Outside() => new("a block of the JPEG has more than 64 coefficients; the file is damaged");

    private void ReadDc(JpegScanPart part, Span<short> block, ref JpegBits bits)
    {
        var size = part.Dc.Decode(ref bits);
        part.Component.Predictor += bits.ReadSigned(
            size <= 16 ? size : throw new InvalidDataException($"a difference of the JPEG has {size} bits; at most 16 are allowed")
        );
        block[0] = (short)(part.Component.Predictor << band.Shift);
    }

    private static void ReadWhole(JpegCodes codes, Span<short> block, ref JpegBits bits)
    {
        for (var k = 1; k < JpegBlock.Count; k++)
        {
            var code = codes.Decode(ref bits);
            var (zeros, size) = (code >> 4, code & 15);
            if (size == 0 && zeros < 15)
            {
                return;
            }

            k += zeros;
            if (size == 0)
            {
                continue;
            }

            block[k < JpegBlock.Count ? JpegBlock.ZigZag[k] : throw Outside()] = (short)bits.ReadSigned(size);
        }
    }

    private void ReadFirst(JpegCodes codes, Span<short> block, ref JpegBits bits)
    {
        if (_emptyBlocks > 0)
        {
            _emptyBlocks--;
            return;
        }

        for (var k = band.First; k <= band.Last; k++)
        {
            var code = codes.Decode(ref bits);
            var (zeros, size) = (code >> 4, code & 15);
            if (size == 0 && zeros < 15)
            {
                _emptyBlocks = (1 << zeros) + bits.Read(zeros) - 1;
                return;
            }

            k += zeros;
            if (size == 0)
            {
                continue;
            }

            block[k <= band.Last ? JpegBlock.ZigZag[k] : throw Outside()] = (short)(bits.ReadSigned(size) << band.Shift);
        }
    }

    private void ReadRefinement(JpegCodes codes, Span<short> block, ref JpegBits bits)
    {
        var k = band.First;
        while (_emptyBlocks == 0 && k <= band.Last)
        {
            var code = codes.Decode(ref bits);
            var (zeros, size) = (code >> 4, code & 15);
            if (size == 0 && zeros < 15)
            {
                _emptyBlocks = (1 << zeros) + bits.Read(zeros);
                break;
            }

            // A new coefficient has one bit, its sign; known ones on the way to it get theirs.
            var added = size == 0 ? 0 : bits.Read(1) != 0 ? 1 << band.Shift : -1 << band.Shift;
            k = RefineUpTo(k, zeros, block, ref bits);
            if (added != 0)
            {
                block[k <= band.Last ? JpegBlock.ZigZag[k] : throw Outside()] = (short)added;
            }

            k++;
        }

        if (_emptyBlocks > 0)
        {
            _ = RefineUpTo(k, JpegBlock.Count, block, ref bits);
            _emptyBlocks--;
        }
    }

    /// <summary>Reads a bit for each known coefficient, up to the unknown one after so many others.</summary>
    private int RefineUpTo(int k, int unknown, Span<short> block, ref JpegBits bits)
    {
        for (; k <= band.Last; k++)
        {
            ref var coefficient = ref block[JpegBlock.ZigZag[k]];
            if (coefficient == 0)
            {
                if (unknown-- == 0)
                {
                    return k;
                }
            }
            else if (bits.Read(1) != 0 && (coefficient & (1 << band.Shift)) == 0)
            {
                coefficient += (short)(coefficient > 0 ? 1 << band.Shift : -1 << band.Shift);
            }
        }

        return k;
    }
}
