using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>What a <see cref="RowFunction{TInput, TOutput}"/> gives for one row. One class per combination of columns.</summary>
/// <remarks>
/// As <see cref="InputRow"/>, the class serves in memory and in loaded models, where its columns are named
/// <see cref="ZipStages.Output"/> 0, 1, ... A transformer may name fewer outputs than the class has; the function then
/// leaves the rest unset.
/// </remarks>
internal abstract class OutputRow
{
    /// <summary>What the column of an output is; outputs count from 0 in the order in which the transformer names them.</summary>
    public abstract ColumnKind KindOf(int output);

    /// <summary>A <see cref="ValueGetter{TValue}"/> of an output's type.</summary>
    /// <param name="output">The output, from 0.</param>
    /// <param name="refresh">Fills this object for the row's current position, unless it already is.</param>
    public abstract Delegate Getter(int output, Action refresh);

    /// <summary>A getter of a member.</summary>
    protected static ValueGetter<T> Serve<T>(Action refresh, Func<T> read)
        => (ref T value) =>
        {
            refresh();
            value = read();
        };

    /// <summary>A getter of a vector, which it copies.</summary>
    protected static ValueGetter<VBuffer<float>> ServeVector(Action refresh, Func<float[]> read)
        => (ref VBuffer<float> value) =>
        {
            refresh();
            var numbers = read();
            VBuffer<float>.Copy(numbers, 0, ref value, numbers.Length);
        };

    /// <summary>The value, which the function must have set.</summary>
    protected static T Computed<T>(T? value)
        where T : class =>
        value
        ?? throw new InvalidOperationException(
            $"This transform was not asked to compute its {typeof(T).Name}. Name an output column for it."
        );
}
