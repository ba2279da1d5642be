using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Compat.Surface;

/// <summary>Access, modifiers, parameters and constraints of members, as the lists show them.</summary>
internal static class Signature
{
    public static string? Access(MethodBase? method) => method switch
    {
        { IsPublic: true } => "public",
        { IsFamily: true } => "protected",
        { IsFamilyOrAssembly: true } => "protected internal",
        _ => null,
    };

    public static string? Access(FieldInfo field) => field switch
    {
        { IsPublic: true } => "public",
        { IsFamily: true } => "protected",
        { IsFamilyOrAssembly: true } => "protected internal",
        _ => null,
    };

    public static string Modifiers(MethodBase method)
    {
        if (method.DeclaringType!.IsInterface)
        {
            return (method.IsStatic, method.IsAbstract) switch
            {
                (true, true) => "static abstract ",
                (true, false) => "static ",
                (false, true) => string.Empty,
                _ => "virtual ",
            };
        }

        var isNew = method.Attributes.HasFlag(MethodAttributes.NewSlot);
        return method switch
        {
            { IsStatic: true } => "static ",
            { IsAbstract: true } => isNew ? "abstract " : "abstract override ",
            { IsVirtual: true, IsFinal: false } => isNew ? "virtual " : "override ",
            { IsVirtual: true } when !isNew => "sealed override ",
            _ => string.Empty,
        };
    }

    public static string Parameters(MethodBase method)
    {
        var parameters = Parameters(method.GetParameters());
        return method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? $"this {parameters}" : parameters;
    }

    public static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(Parameter));

    public static string Constraints(Type[] arguments)
    {
        var text = new StringBuilder();
        foreach (var argument in arguments.Where(argument => argument.IsGenericParameter))
        {
            var constraints = Constraints(argument).ToArray();
            if (constraints.Length > 0)
            {
                text.Append($" where {argument.Name} : ").AppendJoin(", ", constraints);
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Constraints(Type argument)
    {
        var attributes = argument.GenericParameterAttributes;
        var isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        if (argument.CustomAttributes.Any(mark => mark.AttributeType.Name == "IsUnmanagedAttribute"))
        {
            yield return "unmanaged";
        }
        else if (isStruct)
        {
            yield return "struct";
        }

        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            yield return "class";
        }

        foreach (var type in argument.GetGenericParameterConstraints()
            .Where(type => type != typeof(ValueType)).Select(TypeName.Of).Order(StringComparer.Ordinal))
        {
            yield return type;
        }

        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
        {
            yield return "new()";
        }
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var passing = !parameter.ParameterType.IsByRef ? string.Empty
            : parameter.IsOut ? "out "
            : parameter.IsIn || parameter.IsDefined(typeof(IsReadOnlyAttribute), false) ? "in "
            : "ref ";
        var isParams = parameter.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : string.Empty;
        var value = parameter.HasDefaultValue ? $" = {Literal.Of(parameter.RawDefaultValue, parameter.ParameterType)}"
            : parameter.IsOptional ? " = default"
            : string.Empty;
        return $"{passing}{isParams}{TypeName.Of(parameter.ParameterType)} {parameter.Name}{value}";
    }
}
