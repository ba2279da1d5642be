// Stands in for TorchSharp.Modules.Sequential: modules one after another, named by their position unless given a name.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly List<nn.IModule<Tensor, Tensor>> steps = [];

    protected Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules) : base(nameof(Sequential))
    {
        foreach (var (name, submodule) in modules)
        {
            append(name, submodule);
        }
    }

    protected Sequential(params nn.Module<Tensor, Tensor>[] modules) : base(nameof(Sequential))
    {
        foreach (var module in modules)
        {
            append(module);
        }
    }

    internal static Sequential Of(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules) => new(modules);

    internal static Sequential Of(params nn.Module<Tensor, Tensor>[] modules) => new(modules);

    public int Count => steps.Count;

    public nn.IModule<Tensor, Tensor> this[int index] => steps[index];

    public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
    {
        register_module(name, (nn.Module)module);
        steps.Add(module);
        return this;
    }

    public Sequential append(nn.IModule<Tensor, Tensor> module) => append(steps.Count.ToString(), module);

    public override Tensor forward(Tensor tensor)
    {
        if (steps.Count == 0)
        {
            return tensor.alias();
        }

        var result = steps[0].call(tensor);
        foreach (var step in steps.Skip(1))
        {
            var input = result;
            result = step.call(input);
            // What lies between two steps is of no use to the caller.
            input.Dispose();
        }

        return result;
    }
}
