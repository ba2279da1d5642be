namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>Decodes one scan: the blocks of one component row by row, or groups of blocks of several.</summary>
internal static class JpegScan
{
    /// <summary>Decodes a scan into the frame's components.</summary>
    /// <param name="file">The file.</param>
    /// <param name="position">Just after the scan's mark.</param>
    /// <param name="frame">Its components receive samples or coefficients.</param>
    /// <param name="tables">The tables at this point of the file.</param>
    /// <returns>Where the next mark is to be looked for.</returns>
    public static int Decode(ReadOnlySpan<byte> file, int position, JpegFrame frame, JpegTables tables)
    {
        var segment = JpegMarker.ReadSegment(file, position);
        var parts = ReadParts(segment, frame, tables);
        var band = JpegBand.Read(segment[(1 + (2 * parts.Length))..], frame.IsProgressive, parts.Length);
        var bits = new JpegBits(file, position + 2 + segment.Length);
        var blocks = new JpegBlockReader(band, frame.IsProgressive);
        var alone = parts.Length == 1;
        var (groupsX, groupsY) = alone ? (parts[0].Component.BlocksX, parts[0].Component.BlocksY) : (frame.GroupsX, frame.GroupsY);
        var untilRestart = tables.RestartInterval;
        for (var y = 0; y < groupsY; y++)
        {
            for (var x = 0; x < groupsX; x++)
            {
                if (tables.RestartInterval > 0 && untilRestart-- == 0)
                {
                    bits.SkipRestart();
                    blocks.Restart();
                    Array.ForEach(parts, part => part.Component.Predictor = 0);
                    untilRestart = tables.RestartInterval - 1;
                }

                foreach (var part in parts)
                {
                    ReadGroup(part, x, y, alone, blocks, ref bits);
                }
            }
        }

        return bits.Position;
    }

    private static void ReadGroup(JpegScanPart part, int x, int y, bool alone, JpegBlockReader blocks, ref JpegBits bits)
    {
        var component = part.Component;
        if (alone)
        {
            blocks.Read(part, x, y, ref bits);
            return;
        }

        for (var row = 0; row < component.SamplesY; row++)
        {
            for (var column = 0; column < component.SamplesX; column++)
            {
                blocks.Read(part, (x * component.SamplesX) + column, (y * component.SamplesY) + row, ref bits);
            }
        }
    }

    private static JpegScanPart[] ReadParts(ReadOnlySpan<byte> segment, JpegFrame frame, JpegTables tables)
    {
        if (segment.Length < 1 || segment[0] is 0 or > 4 || segment.Length < 4 + (2 * segment[0]))
        {
            throw new InvalidDataException("a scan header of the JPEG is cut short or names no components");
        }

        var parts = new JpegScanPart[segment[0]];
        for (var i = 0; i < parts.Length; i++)
        {
            var (id, slots) = ((int)segment[1 + (2 * i)], segment[2 + (2 * i)]);
            var component = Array.Find(frame.Components, c => c.Id == id)
                ?? throw new InvalidDataException($"a scan of the JPEG is of component {id}, which its frame lacks");
            if (slots >> 4 > 3 || (slots & 15) > 3 || parts.Take(i).Any(part => part.Component == component))
            {
                throw new InvalidDataException($"a scan of the JPEG names component {id} twice, or a code table beyond 3");
            }

            component.Start(tables);
            parts[i] = new(component, tables, slots >> 4, slots & 15);
        }

        return parts;
    }
}

/// <summary>A component as it takes part in a scan.</summary>
/// <param name="Component">The component.</param>
/// <param name="Tables">The tables at this point of the file.</param>
/// <param name="DcSlot">Which codes constant parts have.</param>
/// <param name="AcSlot">Which codes frequencies have.</param>
internal sealed record JpegScanPart(JpegComponent Component, JpegTables Tables, int DcSlot, int AcSlot)
{
    private JpegCodes? _dc;
    private JpegCodes? _ac;

    // A scan of one kind needs no table of the other.
    public JpegCodes Dc => _dc ??= Tables.Dc(DcSlot);

    public JpegCodes Ac => _ac ??= Tables.Ac(AcSlot);
}

/// <summary>Which frequencies a scan has, and which of their bits.</summary>
/// <param name="First">The first coefficient, in the order of the file.</param>
/// <param name="Last">The last coefficient.</param>
/// <param name="IsRefinement">True if the scan gives one more bit of coefficients that are known.</param>
/// <param name="Shift">The lowest bit that the scan gives.</param>
internal readonly record struct JpegBand(int First, int Last, bool IsRefinement, int Shift)
{
    /// <summary>Reads the end of a scan header.</summary>
    public static JpegBand Read(ReadOnlySpan<byte> bytes, bool isProgressive, int components)
    {
        if (!isProgressive)
        {
            return new(0, JpegBlock.Count - 1, false, 0);
        }

        var band = new JpegBand(bytes[0], bytes[1], bytes[2] >> 4 != 0, bytes[2] & 15);
        var valid = band.First == 0 ? band.Last == 0 : band.First <= band.Last && band.Last < JpegBlock.Count && components == 1;
        return valid && band.Shift <= 13
            ? band
            : throw new InvalidDataException(
                $"a scan of the JPEG gives coefficients {band.First} to {band.Last} from bit {band.Shift}, which no scan can"
            );
    }
}
