using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Columns;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Marks a <see cref="LabelVolume"/> member of a row class as a column.</summary>
/// <example><code>
/// public sealed class Scan
/// {
///     [LabelVolumeColumn] public LabelVolume Label { get; set; }
/// }
/// </code></example>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class LabelVolumeColumnAttribute : DataViewTypeAttribute
{
    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) => other is LabelVolumeColumnAttribute;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LabelVolumeColumnAttribute;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(LabelVolumeColumnAttribute).GetHashCode();

    /// <summary>Tells ML.NET the column type; ML.NET calls this itself.</summary>
    public override void Register() => DataViewTypeManager.Register(LabelVolumeDataViewType.Instance, typeof(LabelVolume), this);
}
