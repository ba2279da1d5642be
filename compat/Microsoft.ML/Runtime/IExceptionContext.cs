// Stands in for Microsoft.ML.Core: whoever throws can note where the exception came from.
namespace Microsoft.ML.Runtime;

public interface IExceptionContext
{
    string ContextDescription { get; }

    TException Process<TException>(TException ex)
        where TException : Exception;
}
