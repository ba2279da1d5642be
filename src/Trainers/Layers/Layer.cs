using Microsoft.ML.MedicalSegmentation.Expressions;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>A part of a network: parameters, and a Forward over <see cref="TensorExpression"/>s with the arguments it needs.</summary>
/// <remarks>
/// Keep parameters, buffers and inner layers in fields made by their initialisers (a primary constructor gives them the
/// arguments): they are registered under their field names when the layer is constructed. Layers may also stand in
/// lists; a parameter needs a field of its own. A field may be named otherwise than in the original research code; the
/// network's name map translates.
/// </remarks>
public abstract class Layer : torch.nn.Module
{
    /// <summary>Registers the fields that the initialisers have made.</summary>
    protected Layer()
        : base("layer") => Registration.Register(this, typeof(Layer));

    /// <summary>Does nothing: the constructor has registered the fields, lists included.</summary>
    protected sealed override void RegisterComponents()
    {
    }
}
