// Stands in for Microsoft.ML.Core: what can write itself into a model file.
namespace Microsoft.ML;

public interface ICanSaveModel
{
    void Save(ModelSaveContext ctx);
}
