// Stands in for Microsoft.ML.DataView: vectors of one primitive type, of known or of varying size.
using System.Collections.Immutable;

namespace Microsoft.ML.Data;

public sealed class VectorDataViewType : StructuredDataViewType
{
    public VectorDataViewType(PrimitiveDataViewType itemType, int size = 0)
        : this(itemType, ImmutableArray.Create(size))
    {
    }

    public VectorDataViewType(PrimitiveDataViewType itemType, params int[] dimensions)
        : this(itemType, ImmutableArray.Create(dimensions))
    {
    }

    public VectorDataViewType(PrimitiveDataViewType itemType, ImmutableArray<int> dimensions)
        : base(RawTypeOf(itemType))
    {
        if (dimensions.IsDefaultOrEmpty || dimensions.Any(size => size < 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(dimensions), "A vector has one or more dimensions, none of them negative.");
        }

        ItemType = itemType;
        Dimensions = dimensions;
        Size = dimensions.Aggregate(1, (size, next) => checked(size * next));
    }

    public ImmutableArray<int> Dimensions { get; }

    public PrimitiveDataViewType ItemType { get; }

    public bool IsKnownSize => Size > 0;

    /// <summary>The product of the dimensions; 0 where one of them varies.</summary>
    public int Size { get; }

    public override bool Equals(DataViewType other) =>
        ReferenceEquals(this, other)
        || (other is VectorDataViewType vector
            && vector.ItemType.Equals(ItemType)
            && vector.Dimensions.SequenceEqual(Dimensions));

    public override bool Equals(object other) => other is DataViewType type && Equals(type);

    public override int GetHashCode() => HashCode.Combine(ItemType, Size);

    public override string ToString()
    {
        if (!IsKnownSize && Dimensions.Length == 1)
        {
            return $"Vector<{ItemType}>";
        }

        var sizes = Dimensions.Select(size => size > 0 ? size.ToString() : "*");
        return $"Vector<{ItemType}, {string.Join(", ", sizes)}>";
    }

    private static Type RawTypeOf(PrimitiveDataViewType itemType)
    {
        ArgumentNullException.ThrowIfNull(itemType);
        return typeof(VBuffer<>).MakeGenericType(itemType.RawType);
    }
}
