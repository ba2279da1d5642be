namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <summary>A block of a forward pass whose intermediate values are given back when it ends.</summary>
/// <remarks>
/// Training keeps what the backward pass needs and no more, which saves about a third of the memory of a convolution block.
/// Without one, intermediate values live until the network's forward pass ends. In an exported graph it does nothing.
/// </remarks>
public abstract class ExpressionScope : IDisposable
{
    /// <summary>Lets a value outlive the scope.</summary>
    public abstract TensorExpression Keep(TensorExpression value);

    /// <summary>Gives back what was computed in the scope and not kept.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what was computed in the scope and not kept.</summary>
    protected abstract void Dispose(bool disposing);
}
