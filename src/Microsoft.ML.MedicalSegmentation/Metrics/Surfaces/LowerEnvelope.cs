namespace Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

/// <summary>The lower envelope of parabolas of one width: for each position of a line, which of the given places is nearest.</summary>
/// <remarks>
/// Each place on the line lifts a parabola by its squared distance across the line; their minimum is the squared distance to the nearest of
/// all. Time grows with the number of places and positions alone. Felzenszwalb and Huttenlocher 2012, Distance Transforms of Sampled
/// Functions, https://doi.org/10.4086/toc.2012.v008a019.
/// </remarks>
internal sealed class LowerEnvelope
{
    private readonly double[] _half; // 1 / (2 n): a product in place of a quotient
    private readonly int[] _apex;    // index among the places
    private readonly int[] _position;
    private readonly double[] _height; // lift plus the square of the position
    private readonly double[] _start;  // where a parabola becomes the lowest
    private int _count;

    /// <summary>Room for lines of that many positions.</summary>
    public LowerEnvelope(int longest)
    {
        _half = new double[longest + 1];
        for (var n = 1; n < _half.Length; n++)
        {
            _half[n] = 0.5 / n;
        }

        (_apex, _position, _height, _start) = (new int[longest], new int[longest], new double[longest], new double[longest + 1]);
    }

    /// <summary>Makes the envelope.</summary>
    /// <param name="positions">Positions of the places, ascending; at least one.</param>
    /// <param name="lifts">
    /// Squared distance of each place across the line, in units of the spacing along it; every <paramref name="stride"/>-th counts.
    /// </param>
    /// <param name="stride">Step between the lifts.</param>
    public void Build(ReadOnlySpan<int> positions, ReadOnlySpan<double> lifts, int stride)
    {
        var count = 0;
        for (var i = 0; i < positions.Length; i++)
        {
            double position = positions[i];
            var height = lifts[i * stride] + (position * position);
            var from = double.NegativeInfinity;
            while (count > 0)
            {
                from = (height - _height[count - 1]) * _half[positions[i] - _position[count - 1]];
                if (from > _start[count - 1])
                {
                    break;
                }

                count--;
            }

            (_apex[count], _position[count], _height[count]) = (i, positions[i], height);
            _start[count] = count == 0 ? double.NegativeInfinity : from;
            count++;
        }

        _start[count] = double.PositiveInfinity;
        _count = count;
    }

    /// <summary>Starts to walk along the line.</summary>
    public Walk Begin() => new(this);

    /// <summary>Goes along the line once, from position to higher position.</summary>
    public ref struct Walk
    {
        private readonly LowerEnvelope _envelope;
        private int _lowest;

        internal Walk(LowerEnvelope envelope) => _envelope = envelope;

        /// <summary>The place nearest to a position: its index among the places.</summary>
        /// <param name="at">Not below that of the call before.</param>
        public int NearestTo(int at)
        {
            while (_envelope._start[_lowest + 1] < at)
            {
                _lowest++;
            }

            return _envelope._apex[_lowest];
        }
    }
}
