// Stands in for TorchSharp.Modules.ParameterList: parameters named by their position.
using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public class ParameterList : nn.Module, IList<Parameter>
{
    private readonly List<Parameter> list;
    private bool registered;

    public ParameterList(params Parameter[] parameters) : base(nameof(ParameterList)) => list = [.. parameters];

    public int Count => list.Count;

    public bool IsReadOnly => false;

    public Parameter this[int index]
    {
        // A move to another element type or device puts another parameter under the same name.
        get => registered ? get_parameter($"{index}") ?? list[index] : list[index];
        set => list[index] = value;
    }

    /// <summary>Runs when the list is registered in another module; what is added later has no name.</summary>
    protected override void RegisterComponents()
    {
        if (registered)
        {
            return;
        }

        registered = true;
        for (var i = 0; i < list.Count; i++)
        {
            register_parameter($"{i}", list[i]);
        }
    }

    public void Add(Parameter item) => list.Add(item);
    public void append(params Parameter[] parameters) => list.AddRange(parameters);
    public void extend(IEnumerable<Parameter> parameters) => list.AddRange(parameters);
    public void Clear() => list.Clear();
    public bool Contains(Parameter item) => list.Contains(item);
    public void CopyTo(Parameter[] array, int arrayIndex) => list.CopyTo(array, arrayIndex);
    public int IndexOf(Parameter item) => list.IndexOf(item);
    public void Insert(int index, Parameter item) => list.Insert(index, item);
    public bool Remove(Parameter item) => list.Remove(item);
    public void RemoveAt(int index) => list.RemoveAt(index);
    public IEnumerator<Parameter> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
