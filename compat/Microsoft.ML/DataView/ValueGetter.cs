// Stands in for Microsoft.ML.DataView: the delegate that yields the value of one column at the current row.
namespace Microsoft.ML;

public delegate void ValueGetter<TValue>(ref TValue value);
