using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Columns;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Marks a <see cref="Volume"/> member of a row class as a column.</summary>
/// <example><code>
/// public sealed class Scan
/// {
///     [VolumeColumn] public Volume Image { get; set; }
/// }
/// </code></example>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class VolumeColumnAttribute : DataViewTypeAttribute
{
    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) => other is VolumeColumnAttribute;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is VolumeColumnAttribute;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(VolumeColumnAttribute).GetHashCode();

    /// <summary>Tells ML.NET the column type; ML.NET calls this itself.</summary>
    public override void Register() => DataViewTypeManager.Register(VolumeDataViewType.Instance, typeof(Volume), this);
}
