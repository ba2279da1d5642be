// Stands in for internals of Microsoft.ML.Core: calls a generic method with type arguments known only at run time.
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Data;

internal static class GenericCall
{
    private const BindingFlags Any =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static object Invoke(Type owner, string method, Type[] typeArguments, params object[] arguments) =>
        Invoke(null, owner, method, typeArguments, arguments);

    public static object Invoke(
        object target, Type owner, string method, Type[] typeArguments, params object[] arguments)
    {
        var definition = owner.GetMethod(method, Any);
        try
        {
            return definition.MakeGenericMethod(typeArguments).Invoke(target, arguments);
        }
        catch (TargetInvocationException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException);
            throw;
        }
    }
}
