// Stands in for Microsoft.ML.Core: the extensions (custom mapping contracts) of assemblies, by contract name.
using System.Reflection;

namespace Microsoft.ML.Runtime;

public sealed class ComponentCatalog
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _registered = [];
    private readonly Dictionary<(Type Attribute, string Contract), Type> _extensions = [];

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        lock (_gate)
        {
            if (!_registered.Add(assembly.FullName))
            {
                return;
            }

            // A type that derives from one of a missing assembly makes this throw, as it does in the real catalog.
            foreach (var type in assembly.GetTypes().Where(type => type.IsClass))
            {
                foreach (var attribute in type.GetCustomAttributes<ExtensionBaseAttribute>(inherit: false))
                {
                    Add(type, attribute, throwOnError);
                }
            }
        }
    }

    internal object CreateExtension(Type attribute, string contract)
    {
        Type type;
        lock (_gate)
        {
            if (!_extensions.TryGetValue((attribute, contract), out type))
            {
                throw new InvalidOperationException(
                    $"An extension of type '{attribute}' with the contract '{contract}' is not registered.");
            }
        }

        return Activator.CreateInstance(type);
    }

    private void Add(Type type, ExtensionBaseAttribute attribute, bool throwOnError)
    {
        var key = (attribute.GetType(), attribute.ContractName);
        if (!_extensions.TryAdd(key, type) && throwOnError && _extensions[key] != type)
        {
            throw new InvalidOperationException(
                $"The contract '{attribute.ContractName}' of type '{type}' is already that of '{_extensions[key]}'.");
        }
    }
}
