// Stands in for internals of Microsoft.ML.Transforms: a custom mapping in a model file is a contract and an assembly.
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(CustomMappingLoader.LoaderSignature, typeof(CustomMappingLoader))]

namespace Microsoft.ML.Transforms;

internal static class CustomMappingLoader
{
    public const string LoaderSignature = "CustomTransformer";

    public static void Save(ModelSaveContext ctx, string contract, Assembly assembly)
    {
        ctx.SetLoader(LoaderSignature, typeof(CustomMappingLoader).Assembly);
        ctx.Writer.Write(contract);
        ctx.Writer.Write(assembly.FullName);
    }

    internal static ITransformer Create(IHostEnvironment environment, ModelLoadContext ctx)
    {
        var contract = ctx.Reader.ReadString();
        environment.ComponentCatalog.RegisterAssembly(Assembly.Load(ctx.Reader.ReadString()));
        var extension = environment.ComponentCatalog.CreateExtension(
            typeof(CustomMappingFactoryAttributeAttribute), contract);
        return extension is ICustomMappingFactory factory
            ? factory.CreateTransformer(contract)
            : throw new InvalidOperationException(
                $"The class with contract '{contract}' must derive from '{typeof(CustomMappingFactory<,>).FullName}'.");
    }
}
