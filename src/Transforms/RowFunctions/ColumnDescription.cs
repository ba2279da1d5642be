using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>What is known of an input column, be it from a schema or, before anything is fitted, from the shape of one.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="ItemType">Its type, or that of its items.</param>
/// <param name="IsVector">True for vectors of any size.</param>
/// <param name="IsKey">True for keys.</param>
/// <param name="Annotations">Class names and the like; empty while only the shape of the schema is known.</param>
internal readonly record struct ColumnDescription(
    string Name, DataViewType ItemType, bool IsVector, bool IsKey, DataViewSchema.Annotations Annotations)
{
    /// <summary>"a vector of Single", "a Volume".</summary>
    public override string ToString() => $"a {(IsVector ? "vector of " : "")}{(IsKey ? "key of " : "")}{ItemType}";
}
