using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.Columns;

/// <summary>
/// The type of a column of <see cref="LabelVolume"/>s: handed on by reference, never copied or buffered by stock transforms.
/// </summary>
/// <remarks>What <see cref="VolumeDataViewType"/> says of stock transforms holds here too.</remarks>
internal sealed class LabelVolumeDataViewType : StructuredDataViewType
{
    private LabelVolumeDataViewType()
        : base(typeof(LabelVolume))
    {
    }

    /// <summary>The one instance.</summary>
    public static LabelVolumeDataViewType Instance { get; } = new();

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) => other is LabelVolumeDataViewType;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LabelVolumeDataViewType;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(LabelVolumeDataViewType).GetHashCode();

    /// <summary>"LabelVolume".</summary>
    public override string ToString() => nameof(LabelVolume);
}
