using System.Reflection;

namespace Compat.Surface;

/// <summary>
/// The externally visible surface of an assembly, one line per type or member, as in the lists under
/// <c>compat/api</c>: public types with their public and protected members, their default values and constraints.
/// </summary>
/// <remarks>
/// Left out: explicit interface implementations, attributes other than Obsolete and Flags, nullable annotations,
/// accessors (shown with their property or event), inherited members and interfaces that are not public.
/// </remarks>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> Of(Assembly assembly) => assembly.GetTypes()
        .Where(IsVisible).SelectMany(Lines).Order(StringComparer.Ordinal).ToArray();

    private static bool IsVisible(Type type) => type.IsNested
        ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!)
        : type.IsPublic;

    private static IEnumerable<string> Lines(Type type)
    {
        yield return $"T {Header(type)}{Obsolete(type)}";
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            yield break;
        }

        var members = type.IsEnum ? EnumValues(type)
            : Constructors(type).Concat(Fields(type)).Concat(Properties(type))
                .Concat(Events(type)).Concat(Methods(type));
        foreach (var line in members)
        {
            yield return line;
        }
    }

    private static string Header(Type type)
    {
        var name = TypeName.Of(type);
        var access = !type.IsNested || type.IsNestedPublic ? "public"
            : type.IsNestedFamily ? "protected"
            : "protected internal";
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"{name} : {access} delegate {TypeName.Of(invoke.ReturnType)}({Signature.Parameters(invoke)})"
                + Signature.Constraints(type.GetGenericArguments());
        }

        if (type.IsEnum)
        {
            var flags = type.IsDefined(typeof(FlagsAttribute), inherit: false) ? " [Flags]" : string.Empty;
            return $"{name} : {access} enum {TypeName.Of(type.GetEnumUnderlyingType())}{flags}";
        }

        var parents = Parents(type);
        var inherits = parents.Count > 0 ? $" : {string.Join(", ", parents)}" : string.Empty;
        return $"{name} : {access} {Kind(type)}{inherits}{Signature.Constraints(type.GetGenericArguments())}";
    }

    private static string Kind(Type type)
    {
        if (type.IsInterface)
        {
            return "interface";
        }

        if (type.IsValueType)
        {
            var isReadOnly = type.IsDefined(typeof(System.Runtime.CompilerServices.IsReadOnlyAttribute), false);
            return (isReadOnly ? "readonly " : string.Empty) + (type.IsByRefLike ? "ref " : string.Empty) + "struct";
        }

        return (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => "static class",
            (true, false) => "abstract class",
            (false, true) => "sealed class",
            _ => "class",
        };
    }

    private static List<string> Parents(Type type)
    {
        var parents = new List<string>();
        if (!type.IsValueType && type.BaseType is { } parent && parent != typeof(object))
        {
            parents.Add(TypeName.Of(parent));
        }

        parents.AddRange(type.GetInterfaces()
            .Where(contract => IsVisible(contract.IsGenericType ? contract.GetGenericTypeDefinition() : contract))
            .Select(TypeName.Of).Order(StringComparer.Ordinal));
        return parents;
    }

    private static IEnumerable<string> EnumValues(Type type) => type
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => $"F {TypeName.Of(type)}.{field.Name} = "
            + $"{Literal.Of(field.GetRawConstantValue(), typeof(int))}{Obsolete(field)}");

    private static IEnumerable<string> Constructors(Type type) =>
        from constructor in type.GetConstructors(Declared)
        let access = Signature.Access(constructor)
        where !constructor.IsStatic && access is not null
        select $"C {TypeName.Of(type)}({Signature.Parameters(constructor)}) : {access}{Obsolete(constructor)}";

    private static IEnumerable<string> Fields(Type type) =>
        from field in type.GetFields(Declared)
        let access = Signature.Access(field)
        where access is not null && !field.IsSpecialName
        let modifier = field.IsLiteral ? "const "
            : (field.IsStatic ? "static " : string.Empty) + (field.IsInitOnly ? "readonly " : string.Empty)
        let value = field.IsLiteral
            ? $" = {Literal.Of(field.GetRawConstantValue(), field.FieldType)}"
            : string.Empty
        select $"F {TypeName.Of(type)}.{field.Name} : {access} {modifier}{TypeName.Of(field.FieldType)}{value}"
            + Obsolete(field);

    private static IEnumerable<string> Properties(Type type)
    {
        foreach (var property in type.GetProperties(Declared))
        {
            var get = Signature.Access(property.GetMethod);
            var set = Signature.Access(property.SetMethod);
            if ((get is null && set is null) || property.Name.Contains('.'))
            {
                continue;
            }

            var accessor = get is not null ? property.GetMethod! : property.SetMethod!;
            var name = property.GetIndexParameters().Length > 0
                ? $"this[{Signature.Parameters(property.GetIndexParameters())}]"
                : property.Name;
            var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers()
                .Contains(typeof(System.Runtime.CompilerServices.IsExternalInit)) == true;
            yield return $"P {TypeName.Of(type)}.{name} : {Signature.Modifiers(accessor)}"
                + $"{Reference(property.PropertyType)}{TypeName.Of(property.PropertyType)} "
                + $"{{ {Accessor(get, "get")}{Accessor(set, isInit ? "init" : "set")}}}{Obsolete(property)}";
        }
    }

    private static string Accessor(string? access, string keyword) => access switch
    {
        null => string.Empty,
        "public" => $"{keyword}; ",
        _ => $"{access} {keyword}; ",
    };

    private static IEnumerable<string> Events(Type type) =>
        from happening in type.GetEvents(Declared)
        let access = Signature.Access(happening.AddMethod)
        where access is not null && !happening.Name.Contains('.')
        select $"E {TypeName.Of(type)}.{happening.Name} : {access} {Signature.Modifiers(happening.AddMethod!)}"
            + $"event {TypeName.Of(happening.EventHandlerType!)}{Obsolete(happening)}";

    private static IEnumerable<string> Methods(Type type) =>
        from method in type.GetMethods(Declared)
        let access = Signature.Access(method)
        where access is not null && !method.Name.Contains('.') && !IsFinalizer(method)
            && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        let arguments = method.GetGenericArguments()
        let generic = arguments.Length > 0
            ? $"<{string.Join(", ", arguments.Select(TypeName.Of))}>"
            : string.Empty
        select $"M {TypeName.Of(type)}.{method.Name}{generic}({Signature.Parameters(method)}) : {access} "
            + $"{Signature.Modifiers(method)}{Reference(method.ReturnType)}{TypeName.Of(method.ReturnType)}"
            + $"{Signature.Constraints(arguments)}{Obsolete(method)}";

    private static bool IsFinalizer(MethodInfo method) =>
        method.Name == "Finalize" && method.GetParameters().Length == 0;

    private static string Reference(Type type) => type.IsByRef ? "ref " : string.Empty;

    // Compilers mark ref structs and required members as obsolete by themselves; the lists do not show that.
    private static string Obsolete(MemberInfo member)
    {
        var mark = member.GetCustomAttribute<ObsoleteAttribute>(inherit: false);
        return mark is null || mark.Message?.StartsWith("Types with embedded references", StringComparison.Ordinal) == true
            ? string.Empty
            : mark.IsError ? " [Obsolete(error)]" : " [Obsolete]";
    }
}
