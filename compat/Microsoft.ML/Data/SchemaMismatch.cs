// Stands in for internals of Microsoft.ML.Core: the exceptions for columns that are missing or of another type.
namespace Microsoft.ML;

internal static class SchemaMismatch
{
    public static ArgumentOutOfRangeException Missing(string parameter, string role, string column) =>
        new(parameter, $"Could not find {role} column '{column}'");

    public static ArgumentOutOfRangeException WrongType(
        string parameter, string role, string column, string expected, string actual) =>
        new(parameter, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");

    public static DataViewSchema.Column Find(DataViewSchema schema, string column, string role = "input") =>
        schema.GetColumnOrNull(column) ?? throw Missing("inputSchema", role, column);
}
