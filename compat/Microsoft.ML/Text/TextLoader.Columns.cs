// Stands in for Microsoft.ML.Data: which fields of a line make a column, and how lines are cut into fields.
namespace Microsoft.ML.Data;

public sealed partial class TextLoader
{
    public sealed class Column
    {
        public string Name;

        public Range[] Source;

        public KeyCount KeyCount;

        public Column()
        {
        }

        public Column(string name, DataKind dataKind, int index)
            : this(name, dataKind, [new Range(index)])
        {
        }

        public Column(string name, DataKind dataKind, int minIndex, int maxIndex)
            : this(name, dataKind, [new Range(minIndex, maxIndex)])
        {
        }

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            ArgumentNullException.ThrowIfNull(name);
            ArgumentNullException.ThrowIfNull(source);
            Name = name;
            DataKind = dataKind;
            Source = source;
            KeyCount = keyCount;
        }

        public DataKind DataKind { get; set; } = DataKind.Single;

        internal int[] Fields => [.. Source.SelectMany(range => Enumerable.Range(range.Min, range.Length))];

        internal DataViewType ToType()
        {
            if (Source is not { Length: > 0 })
            {
                throw new ArgumentException($"Column '{Name}' names no fields.");
            }

            var plain = DataKind.ToType();
            var itemType = KeyCount is null
                ? plain
                : new KeyDataViewType(
                    plain.RawType, KeyCount.Count ?? KeyDataViewType.LargestCount(plain.RawType));
            return Fields.Length > 1 || Source[0].ForceVector
                ? new VectorDataViewType(itemType, Fields.Length)
                : itemType;
        }
    }

    public sealed class Range
    {
        public int Min;

        public int? Max;

        public bool ForceVector;

        public Range()
        {
        }

        public Range(int index)
            : this(index, index) => ForceVector = false;

        public Range(int min, int? max)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(min);
            if (max < min)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(max), $"The last field {max} must not be before the first, {min}.");
            }

            Min = min;
            Max = max;
            ForceVector = true;
        }

        internal int Length => Max - Min + 1 ?? throw new NotSupportedException(
            "The ML.NET stand-in needs the last field of a range. Use the package Microsoft.ML for ranges without end.");
    }

    public class Options
    {
        public bool AllowQuoting;

        public Column[] Columns;

        public char DecimalMarker = '.';

        public char EscapeChar = '"';

        public bool HasHeader;

        public long? MaxRows;

        public bool MissingRealsAsNaNs;

        public char[] Separators = ['\t'];

        public bool TrimWhitespace;
    }
}
