using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.Columns;

/// <summary>The type of a column of <see cref="Volume"/>s: handed on by reference, never copied or buffered by stock transforms.</summary>
/// <remarks>
/// Stock ML.NET transforms copy vector columns and read dozens of rows ahead; a column of this type is neither copied nor
/// read ahead, as with ML.NET's own MLImage. For the same reason <c>Cache</c> drops such columns and <c>ShuffleRows</c>
/// refuses them: cache, split and shuffle rows of paths, and load volumes last.
/// </remarks>
internal sealed class VolumeDataViewType : StructuredDataViewType
{
    private VolumeDataViewType()
        : base(typeof(Volume))
    {
    }

    /// <summary>The one instance.</summary>
    public static VolumeDataViewType Instance { get; } = new();

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) => other is VolumeDataViewType;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is VolumeDataViewType;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(VolumeDataViewType).GetHashCode();

    /// <summary>"Volume".</summary>
    public override string ToString() => nameof(Volume);
}
