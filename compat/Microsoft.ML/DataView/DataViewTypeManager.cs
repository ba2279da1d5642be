// Stands in for Microsoft.ML.Data: which custom column type belongs to which class and attribute.
namespace Microsoft.ML.Data;

public static class DataViewTypeManager
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<Marked, DataViewType> TypeOfClass = [];
    private static readonly Dictionary<DataViewType, Marked> ClassOfType = [];

    public static void Register(DataViewType dataViewType, Type type, DataViewTypeAttribute typeAttribute = null)
    {
        ArgumentNullException.ThrowIfNull(dataViewType);
        ArgumentNullException.ThrowIfNull(type);
        if (StandardTypes.TryFind(type, out _) || type == typeof(string))
        {
            throw new ArgumentOutOfRangeException(
                nameof(type),
                $"Type {type} is one of the standard column types, so it cannot be registered again.");
        }

        var marked = new Marked(type, typeAttribute);
        lock (Gate)
        {
            if (TypeOfClass.TryGetValue(marked, out var known) && !known.Equals(dataViewType))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(type),
                    $"The raw type {type} has been associated with {known}, so it cannot be associated with "
                    + $"{dataViewType}.");
            }

            if (ClassOfType.TryGetValue(dataViewType, out var owner) && !owner.Equals(marked))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(dataViewType),
                    $"The column type {dataViewType} has been associated with {owner.Type}, so it cannot be "
                    + $"associated with {type}.");
            }

            // The first instance stays: schemas of different views compare equal by reference, too.
            if (TypeOfClass.TryAdd(marked, dataViewType))
            {
                ClassOfType.Add(dataViewType, marked);
            }
        }
    }

    internal static bool TryFind(Type type, DataViewTypeAttribute attribute, out DataViewType dataViewType)
    {
        lock (Gate)
        {
            return TypeOfClass.TryGetValue(new Marked(type, attribute), out dataViewType);
        }
    }

    internal static bool Knows(DataViewType dataViewType)
    {
        lock (Gate)
        {
            return ClassOfType.ContainsKey(dataViewType);
        }
    }

    private readonly record struct Marked(Type Type, DataViewTypeAttribute Attribute);
}
