using System.Reflection;
using Module = TorchSharp.torch.nn.Module;
using Parameter = TorchSharp.Modules.Parameter;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>Registers the fields of layers and networks with TorchSharp under their names, so that none is forgotten.</summary>
/// <remarks>
/// The base constructors call it. C# runs field initialisers before base constructors, so what an initialiser makes is there;
/// what a constructor's body assigns comes too late, and <see cref="Demand"/> says so on the first forward pass.
/// A <see cref="Parameter"/> is a parameter, any other tensor a buffer; a list becomes one module with the children 0, 1, ...
/// </remarks>
internal static class Registration
{
    public static void Register(Module owner, Type root)
    {
        foreach (var (name, value) in Components(owner, root))
        {
            Register(owner, name, value);
        }
    }

    private static void Register(Module owner, string name, object value)
    {
        switch (value)
        {
            case Parameter parameter:
                owner.register_parameter(name, parameter);
                break;
            case Tensor buffer:
                owner.register_buffer(name, buffer);
                break;
            case Module module:
                owner.register_module(name, module);
                break;
            default:
                owner.register_module(name, new Sequence((IEnumerable<object?>)value));
                break;
        }
    }

    /// <summary>Fails if a field of the network or of a layer in it holds something that is not registered.</summary>
    /// <param name="network">The network.</param>
    /// <param name="networkType">The base type of networks, whose own fields do not count.</param>
    public static void Demand(Module network, Type networkType)
    {
        var modules = new HashSet<object>(network.modules().Append(network), ReferenceEqualityComparer.Instance);
        var tensors = new HashSet<object>(network.parameters().Concat(network.buffers()), ReferenceEqualityComparer.Instance);
        foreach (var owner in modules.OfType<Module>())
        {
            var root = networkType.IsInstanceOfType(owner) ? networkType : typeof(Layer);
            foreach (var (name, value) in root.IsInstanceOfType(owner) ? Components(owner, root) : [])
            {
                if (!Leaves(value).All(leaf => leaf is Tensor ? tensors.Contains(leaf) : modules.Contains(leaf)))
                {
                    throw new InvalidOperationException(
                        $"{owner.GetType().Name}.{name} is not registered, so it would be neither trained nor saved. " +
                        "Make it in the field's initialiser (use a primary constructor), not in the constructor's body.");
                }
            }
        }
    }

    private static IEnumerable<(string Name, object Value)> Components(Module owner, Type root)
    {
        for (var type = owner.GetType(); type is not null && type != root; type = type.BaseType)
        {
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (field.GetValue(owner) is { } value && IsComponent(value))
                {
                    CheckTensors(owner, field, value);
                    yield return (NameOf(field), value);
                }
            }
        }
    }

    // Moving a module to another device makes new tensors, which TorchSharp puts back into fields of the tensor's name only.
    private static void CheckTensors(Module owner, FieldInfo field, object value)
    {
        if (value is Tensor ? field.Name.StartsWith('<') : Leaves(value).Any(leaf => leaf is Tensor))
        {
            throw new InvalidOperationException(
                $"{owner.GetType().Name}.{NameOf(field)} holds parameters or buffers in a list, a property or a constructor's parameter, " +
                "where they would be lost when the network moves to another device. Keep each in a field of its own.");
        }
    }

    private static bool IsComponent(object value) => value is Tensor or Module
        || (value is IEnumerable<object?> list && list.Any(item => item is not null && IsComponent(item)));

    private static IEnumerable<object> Leaves(object value) => value is IEnumerable<object?> list and not Tensor and not Module
        ? list.OfType<object>().SelectMany(Leaves)
        : [value];

    // <Name>k__BackingField of a property and <name>P of a captured constructor parameter count as Name.
    private static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    // A list as a module: its items are the children 0, 1, ...; an absent one leaves its number free.
    private sealed class Sequence : Module
    {
        public Sequence(IEnumerable<object?> items)
            : base("sequence")
        {
            foreach (var (at, item) in items.Index())
            {
                if (item is not null)
                {
                    Register(this, $"{at}", item);
                }
            }
        }

        protected override void RegisterComponents()
        {
        }
    }
}
