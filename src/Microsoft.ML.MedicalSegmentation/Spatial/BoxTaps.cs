using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>The four voxels around a position along one axis of a box, and their weights.</summary>
/// <remarks>
/// The weights are cubic polynomials of the fraction between the inner two. Every interpolation takes this form, so that mixtures of them
/// need no code of their own; linear and nearest leave the outer two without weight.
/// </remarks>
internal readonly struct BoxTaps
{
    private readonly Interpolation _interpolation;
    private readonly int _length;
    private readonly double _origin;
    private readonly int _last;
    private readonly Vector128<float> _constant;
    private readonly Vector128<float> _linear;
    private readonly Vector128<float> _square;
    private readonly Vector128<float> _cube;

    /// <param name="interpolation">Along this axis.</param>
    /// <param name="length">Voxels of the volume along it.</param>
    /// <param name="first">First index of the box.</param>
    /// <param name="count">Indices of the box.</param>
    public BoxTaps(Interpolation interpolation, int length, int first, int count)
    {
        (_interpolation, _length, _origin, _last) = (interpolation, length, first + 1, count - 4);
        switch (interpolation)
        {
            case Interpolation.Nearest:
                _constant = Vector128.Create(0f, 1, 0, 0);
                break;
            case Interpolation.Linear:
                _constant = Vector128.Create(0f, 1, 0, 0);
                _linear = Vector128.Create(0f, -1, 1, 0);
                break;
            default:
                _constant = Vector128.Create(1f, 4, 1, 0) / 6;
                _linear = Vector128.Create(-3f, 0, 3, 0) / 6;
                _square = Vector128.Create(3f, -6, 3, 0) / 6;
                _cube = Vector128.Create(-1f, 3, -3, 1) / 6;
                break;
        }
    }

    /// <summary>The first of the four taps, counted from the box's first index and never outside it, and the fraction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int First, float Fraction) Place(double position)
    {
        var inBox = (_interpolation == Interpolation.CubicSpline ? position : Moved(position)) - _origin;
        var first = double.ConvertToIntegerNative<int>(inBox);
        return (Math.Max(Math.Min(first, _last), 0), (float)(inBox - first));
    }

    /// <summary>The weights of the four taps at a fraction from 0 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<float> Weights(float fraction)
    {
        var t = Vector128.Create(fraction);
        return (((((_cube * t) + _square) * t) + _linear) * t) + _constant;
    }

    private double Moved(double position)
        => _interpolation == Interpolation.Linear ? Math.Clamp(position, 0, _length - 1) : NearestResampler.Closest(position, _length);
}
