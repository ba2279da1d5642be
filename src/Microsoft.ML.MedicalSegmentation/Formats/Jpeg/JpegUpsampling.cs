namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>Gives the rows of a component at the size of the picture.</summary>
/// <remarks>
/// Components of half the size are interpolated: a new sample takes three quarters of the nearer and one quarter of the
/// farther neighbour. Weights and roundings are those of libjpeg's "fancy upsampling". Other ratios repeat samples.
/// </remarks>
/// <param name="frame">The picture.</param>
/// <param name="component">One of its components.</param>
internal sealed class JpegUpsampling(JpegFrame frame, JpegComponent component)
{
    private readonly int _ratioX = frame.MaximumX / component.SamplesX;
    private readonly int _ratioY = frame.MaximumY / component.SamplesY;
    private readonly int[] _sums = new int[component.Width];

    /// <summary>Writes one row.</summary>
    /// <param name="y">The row of the picture.</param>
    /// <param name="row">Receives as many samples as the picture is wide.</param>
    public void Read(int y, Span<ushort> row)
    {
        var near = Row(y / _ratioY);
        switch (_ratioX, _ratioY)
        {
            case (1, 1):
                near[..row.Length].CopyTo(row);
                break;
            case (2, 1) when component.Width > 2:
                DoubleX(near, row);
                break;
            case (1, 2):
                Blend(near, Farther(y), row, 1 + (y & 1));
                break;
            case (2, 2) when component.Width > 2:
                DoubleBoth(near, Farther(y), row);
                break;
            default:
                for (var x = 0; x < row.Length; x++)
                {
                    row[x] = near[x / _ratioX];
                }

                break;
        }
    }

    /// <summary>The row above for even rows, that below for odd ones.</summary>
    private ReadOnlySpan<ushort> Farther(int y) => Row(Math.Clamp((y / 2) + ((y & 1) == 0 ? -1 : 1), 0, component.Height - 1));

    private ReadOnlySpan<ushort> Row(int y) => component.Samples.AsSpan(y * component.StoredX * 8, component.Width);

    private static void Blend(ReadOnlySpan<ushort> near, ReadOnlySpan<ushort> far, Span<ushort> row, int rounding)
    {
        for (var x = 0; x < row.Length; x++)
        {
            row[x] = (ushort)(((3 * near[x]) + far[x] + rounding) >> 2);
        }
    }

    private static void DoubleX(ReadOnlySpan<ushort> near, Span<ushort> row)
    {
        for (var x = 0; x < row.Length; x++)
        {
            var (at, isRight) = (x >> 1, x & 1);
            var far = at + (isRight == 0 ? -1 : 1);
            row[x] = (uint)far < (uint)near.Length ? (ushort)(((3 * near[at]) + near[far] + 1 + isRight) >> 2) : near[at];
        }
    }

    private void DoubleBoth(ReadOnlySpan<ushort> near, ReadOnlySpan<ushort> far, Span<ushort> row)
    {
        for (var x = 0; x < _sums.Length; x++)
        {
            _sums[x] = (3 * near[x]) + far[x];
        }

        for (var x = 0; x < row.Length; x++)
        {
            var (at, isRight) = (x >> 1, x & 1);
            var other = at + (isRight == 0 ? -1 : 1);
            var neighbour = (uint)other < (uint)_sums.Length ? _sums[other] : _sums[at];
            row[x] = (ushort)(((3 * _sums[at]) + neighbour + 8 - isRight) >> 4);
        }
    }
}
