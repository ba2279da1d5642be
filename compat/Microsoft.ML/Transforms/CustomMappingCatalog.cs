// Stands in for Microsoft.ML.Transforms: the methods that take a function of the caller.
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

public static class CustomMappingCatalog
{
    public static CustomMappingEstimator<TSrc, TDst> CustomMapping<TSrc, TDst>(
        this TransformsCatalog catalog,
        Action<TSrc, TDst> mapAction,
        string contractName,
        SchemaDefinition inputSchemaDefinition = null,
        SchemaDefinition outputSchemaDefinition = null)
        where TSrc : class, new()
        where TDst : class, new()
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new CustomMappingEstimator<TSrc, TDst>(
            mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition);
    }

    /// <summary>Rows for which the predicate is true are left out.</summary>
    public static IDataView FilterByCustomPredicate<TSrc>(
        this DataOperationsCatalog catalog, IDataView input, Func<TSrc, bool> filterPredicate)
        where TSrc : class, new()
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(filterPredicate);
        var source = new RowWriting<TSrc>(input.Schema, null, ignoreMissingColumns: false);
        return new FilteredView(input, source.Columns, row =>
        {
            var values = new TSrc();
            var fill = source.Bind(row);
            return () =>
            {
                fill(values);
                return !filterPredicate(values);
            };
        });
    }
}
