// Stands in for Microsoft.ML.Data: the methods on mlContext.Transforms.Conversion.
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

public static class ConversionsExtensionsCatalog
{
    public static ValueMappingEstimator<TInputType, TOutputType> MapValue<TInputType, TOutputType>(
        this TransformsCatalog.ConversionTransforms catalog,
        string outputColumnName,
        IEnumerable<KeyValuePair<TInputType, TOutputType>> keyValuePairs,
        string inputColumnName = null,
        bool treatValuesAsKeyType = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (treatValuesAsKeyType)
        {
            throw new NotSupportedException(
                "The ML.NET stand-in maps to plain values only. Use the package Microsoft.ML for treatValuesAsKeyType.");
        }

        return new ValueMappingEstimator<TInputType, TOutputType>(
            outputColumnName, inputColumnName ?? outputColumnName, LookupTable.Of(keyValuePairs));
    }

    public static ValueMappingEstimator<TInputType, TOutputType> MapValue<TInputType, TOutputType>(
        this TransformsCatalog.ConversionTransforms catalog,
        string outputColumnName,
        IEnumerable<KeyValuePair<TInputType, TOutputType[]>> keyValuePairs,
        string inputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ValueMappingEstimator<TInputType, TOutputType>(
            outputColumnName, inputColumnName ?? outputColumnName, LookupTable.Of(keyValuePairs));
    }
}
