using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Marks an <see cref="MLImage"/> member of a row class as a column of pictures of any size.</summary>
/// <remarks>ML.NET's own <see cref="ImageTypeAttribute"/> requires one size for all pictures of the column.</remarks>
/// <example><code>
/// public sealed class Slide
/// {
///     [ImageColumn] public MLImage Picture { get; set; }
/// }
/// </code></example>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ImageColumnAttribute : DataViewTypeAttribute
{
    // One instance: ML.NET compares schemas of different views by reference, too.
    private static readonly ImageDataViewType AnySize = new();

    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) => other is ImageColumnAttribute;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ImageColumnAttribute;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(ImageColumnAttribute).GetHashCode();

    /// <summary>Tells ML.NET the column type; ML.NET calls this itself.</summary>
    public override void Register() => DataViewTypeManager.Register(AnySize, typeof(MLImage), this);
}
