// Stands in for TorchSharp.Modules.Parameter: a tensor that a module learns.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public class Parameter : Tensor
{
    /// <summary>Takes the tensor's place, its scope included; <paramref name="data"/> is disposed.</summary>
    public Parameter(Tensor data, bool requires_grad = true) : this(data, data.OwningScope, requires_grad)
    {
    }

    private Parameter(Tensor data, DisposeScope? scope, bool requires_grad) : base(TakeHandle(data.requires_grad_(requires_grad))) =>
        MoveToOtherDisposeScope(scope);
}
