// Stands in for internals of Microsoft.ML.Data: fields of text to the values of columns.
using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Data;

internal sealed class TextValues(TextLoader.Options options)
{
    public delegate bool TryParse<T>(ReadOnlyMemory<char> text, out T value);

    /// <summary>Empty fields give default values; reals that are no numbers give NaN; all else fails.</summary>
    public TryParse<T> For<T>(DataViewType type)
    {
        Delegate parse = type switch
        {
            KeyDataViewType key => GenericCall.Invoke(this, typeof(TextValues), nameof(Key), [typeof(T)], key) as Delegate,
            TextDataViewType => (TryParse<ReadOnlyMemory<char>>)Text,
            BooleanDataViewType => (TryParse<bool>)Boolean,
            DateTimeDataViewType => Parsed<DateTime>(),
            DateTimeOffsetDataViewType => Parsed<DateTimeOffset>(),
            TimeSpanDataViewType => Parsed<TimeSpan>(),
            _ when typeof(T) == typeof(float) => Real<float>(),
            _ when typeof(T) == typeof(double) => Real<double>(),
            _ => GenericCall.Invoke(this, typeof(TextValues), nameof(Parsed), [typeof(T)]) as Delegate,
        };
        return (TryParse<T>)parse;
    }

    private static bool Text(ReadOnlyMemory<char> text, out ReadOnlyMemory<char> value)
    {
        value = text;
        return true;
    }

    private static bool Boolean(ReadOnlyMemory<char> text, out bool value)
    {
        var word = text.Span.Trim().ToString().ToUpperInvariant();
        value = word is "TRUE" or "YES" or "T" or "Y" or "ON" or "1" or "+1" or "+";
        return value || word is "" or "FALSE" or "NO" or "F" or "N" or "OFF" or "0" or "-1" or "-";
    }

    private static TryParse<T> Parsed<T>()
        where T : ISpanParsable<T> => (ReadOnlyMemory<char> text, out T value) =>
    {
        value = default;
        var trimmed = text.Span.Trim();
        return trimmed.IsEmpty || T.TryParse(trimmed, CultureInfo.InvariantCulture, out value);
    };

    private TryParse<T> Real<T>()
        where T : IFloatingPointIeee754<T> => (ReadOnlyMemory<char> text, out T value) =>
    {
        var trimmed = text.Span.Trim();
        if (trimmed.IsEmpty)
        {
            value = options.MissingRealsAsNaNs ? T.NaN : T.Zero;
        }
        else
        {
            var plain = options.DecimalMarker == '.'
                ? trimmed
                : trimmed.ToString().Replace(options.DecimalMarker, '.');
            value = T.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : T.NaN;
        }

        return true;
    };

    // In the file, the first value of a key is 0; in a view it is 1, and 0 is a value that is missing.
    private static TryParse<T> Key<T>(KeyDataViewType type)
        where T : INumber<T> => (ReadOnlyMemory<char> text, out T value) =>
    {
        var isKey = ulong.TryParse(text.Span.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < type.Count;
        value = isKey ? T.CreateChecked(index) + T.One : T.Zero;
        return true;
    };
}
