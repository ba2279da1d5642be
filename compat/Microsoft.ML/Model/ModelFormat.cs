// Stands in for the model files of Microsoft.ML.Core: one zip, a folder a component, each naming its loader.
namespace Microsoft.ML;

/// <summary>
/// Each component's <c>Model.key</c> starts with this mark, then the loader signature and the name of the assembly
/// that has the loader. The real library's files look alike and are not the same; neither loads the other's.
/// </summary>
internal static class ModelFormat
{
    public const string KeyEntry = "Model.key";
    public const string SchemaEntry = "Schema";
    public const string TransformerFolder = "TransformerChain";
    public const string Mark = "MedSeg stand-in model 1";

    public static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    public static FormatException Damaged(string entry, string reason) =>
        new($"The model file is damaged or of another kind: entry '{entry}' {reason}.");
}
