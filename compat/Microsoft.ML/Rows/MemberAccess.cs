// Stands in for internals of Microsoft.ML.Data: compiled access to public fields and properties of row classes.
using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

internal static class MemberAccess
{
    public static Type TypeOf(MemberInfo member) => member is FieldInfo field
        ? field.FieldType
        : ((PropertyInfo)member).PropertyType;

    public static Func<TRow, TMember> Reader<TRow, TMember>(MemberInfo member)
    {
        if (member is PropertyInfo { CanRead: false })
        {
            throw new ArgumentException($"Property '{member.Name}' of '{typeof(TRow)}' cannot be read.");
        }

        var row = Expression.Parameter(typeof(TRow), "row");
        return Expression.Lambda<Func<TRow, TMember>>(Expression.MakeMemberAccess(row, member), row).Compile();
    }

    public static Action<TRow, TMember> Writer<TRow, TMember>(MemberInfo member)
    {
        if (member is PropertyInfo { CanWrite: false } or FieldInfo { IsInitOnly: true })
        {
            throw new ArgumentException($"Member '{member.Name}' of '{typeof(TRow)}' cannot be written.");
        }

        var row = Expression.Parameter(typeof(TRow), "row");
        var value = Expression.Parameter(typeof(TMember), "value");
        var assign = Expression.Assign(Expression.MakeMemberAccess(row, member), value);
        return Expression.Lambda<Action<TRow, TMember>>(assign, row, value).Compile();
    }
}
