using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.MachineLearning;

/// <summary>Counts how often another estimator is fitted.</summary>
internal sealed class CountingEstimator(IEstimator<ITransformer> inner) : IEstimator<ITransformer>
{
    public int Fits { get; private set; }

    public ITransformer Fit(IDataView input)
    {
        Fits++;
        return inner.Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inner.GetOutputSchema(inputSchema);
}

/// <summary>Reads a column several times while it is fitted, as a trainer does, and adds nothing.</summary>
internal sealed class ReadingEstimator(string column, int passes) : IEstimator<ITransformer>
{
    public ITransformer Fit(IDataView input)
    {
        var sums = Enumerable.Range(0, passes).Select(_ => input.GetColumn<float>(column).Sum()).ToArray();
        Assert.AreEqual(1, sums.Distinct().Count(), "Each pass sees the same values.");
        return new TransformerChain<ITransformer>();
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
}

/// <summary>Tells the shape that a chain hands to it.</summary>
internal sealed class ShapeProbe(Action<SchemaShape> see) : IEstimator<ITransformer>
{
    public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        see(inputSchema);
        return inputSchema;
    }
}
