using System.Collections.Immutable;

namespace Microsoft.ML.MedicalSegmentation.Texts;

/// <summary>A list of things that files and command lines name by keys, in any case; applications add their own.</summary>
/// <param name="kind">What messages call one of them, such as "loss".</param>
/// <param name="kinds">What messages call several.</param>
/// <param name="keyOf">The key of an entry.</param>
/// <param name="typeOf">The type that an entry stands for; each has one entry.</param>
/// <param name="entries">The entries of this library.</param>
internal sealed class KeyedList<T>(string kind, string kinds, Func<T, string> keyOf, Func<T, Type> typeOf, ImmutableList<T> entries)
    where T : class
{
    private ImmutableList<T> _all = entries;

    /// <summary>Every entry, those that the application has added last.</summary>
    public IReadOnlyList<T> All => _all;

    /// <summary>Adds an entry.</summary>
    /// <exception cref="ArgumentException">Its key or its type is in the list already.</exception>
    public void Register(T entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ImmutableInterlocked.Update(
            ref _all,
            list =>
                list.Exists(known => IsKey(known, keyOf(entry)) || typeOf(known) == typeOf(entry))
                    ? throw new ArgumentException(
                        $"The {kind} '{keyOf(entry)}' ({typeOf(entry).Name}) is registered already. Register each {kind} once.",
                        nameof(entry)
                    )
                    : list.Add(entry)
        );
    }

    /// <summary>The entry of a key.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the keys.</exception>
    public T Find(string key) =>
        _all.Find(entry => IsKey(entry, key))
        ?? throw new ArgumentException($"There is no {kind} '{key}'. {kinds}: {string.Join(", ", _all.Select(keyOf))}.", nameof(key));

    /// <summary>The key of a thing; the name of its type where it is not registered.</summary>
    public string KeyOf(object thing) =>
        _all.Find(entry => typeOf(entry) == thing.GetType()) is { } found ? keyOf(found) : thing.GetType().FullName ?? thing.GetType().Name;

    private bool IsKey(T entry, string key) => string.Equals(keyOf(entry), key, StringComparison.OrdinalIgnoreCase);
}
