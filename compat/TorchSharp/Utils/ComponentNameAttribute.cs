// Stands in for TorchSharp.Utils.ComponentNameAttribute: the name under which RegisterComponents registers a field.
namespace TorchSharp.Utils;

[AttributeUsage(AttributeTargets.Field)]
public class ComponentNameAttribute : Attribute
{
    public string? Name { get; set; }
}
