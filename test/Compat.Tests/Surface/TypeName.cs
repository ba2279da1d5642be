using System.Text;

namespace Compat.Surface;

/// <summary>Full names as C# writes them, generic parameters by name, nested types after a point.</summary>
internal static class TypeName
{
    public static string Of(Type type)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (type.IsPointer)
        {
            return $"{Of(type.GetElementType()!)}*";
        }

        return type.IsGenericParameter ? type.Name : Named(type);
    }

    private static string Named(Type type)
    {
        var name = new StringBuilder(string.IsNullOrEmpty(type.Namespace) ? string.Empty : $"{type.Namespace}.");
        var arguments = type.GetGenericArguments();
        var used = 0;
        foreach (var part in Enclosing(type))
        {
            name.Append(used > 0 || part.IsNested ? "." : string.Empty).Append(part.Name.Split('`')[0]);

            // Each level shows the type arguments that it adds to those of the levels around it.
            var total = part.GetGenericArguments().Length;
            if (total > used)
            {
                name.Append('<').AppendJoin(", ", arguments[used..total].Select(Of)).Append('>');
                used = total;
            }
        }

        return name.ToString();
    }

    private static Stack<Type> Enclosing(Type type)
    {
        var chain = new Stack<Type>();
        for (var level = type; level is not null; level = level.DeclaringType)
        {
            chain.Push(level);
        }

        return chain;
    }
}
