// Stands in for Microsoft.ML.Core: what makes a view of a source such as files.
namespace Microsoft.ML;

public interface IDataLoader<in TSource> : ICanSaveModel
{
    IDataView Load(TSource input);

    DataViewSchema GetOutputSchema();
}
