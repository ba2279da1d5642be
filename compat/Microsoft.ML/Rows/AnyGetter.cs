// Stands in for internals of Microsoft.ML.Data: the getter of a column whose type is known only at run time.
namespace Microsoft.ML.Data;

internal static class AnyGetter
{
    public static Delegate Of(DataViewRow row, DataViewSchema.Column column) => (Delegate)GenericCall.Invoke(
        row, typeof(DataViewRow), nameof(DataViewRow.GetGetter), [column.Type.RawType], column);
}
