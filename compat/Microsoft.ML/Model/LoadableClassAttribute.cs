// Stands in for internals of Microsoft.ML.Core: the class that reads what a loader signature stands for.
namespace Microsoft.ML;

/// <summary>The loader has a static method <c>Create(IHostEnvironment, ModelLoadContext)</c>.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableClassAttribute(string signature, Type loader) : Attribute
{
    public string Signature { get; } = signature;

    public Type Loader { get; } = loader;
}
