namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Estimators that change predicted labels, on <c>mlContext.MedicalSegmentation().Transforms</c>.</summary>
public static partial class PostProcessingCatalog
{
    /// <summary>
    /// Brings predicted labels through the steps of a plan, such as one that <see cref="PostProcessingPlan.Choose"/> found on validation
    /// cases.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="plan">The steps.</param>
    /// <param name="outputColumnName">The column of post-processed labels that is added.</param>
    /// <param name="inputColumnName">The column of predicted labels. Default: that of the output.</param>
    /// <example><code>
    /// var whole = model.Append(transforms.PostProcessLabels(plan).Fit(model.Transform(rows)));
    /// </code></example>
    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    public static PostProcessLabelsEstimator PostProcessLabels(
        this SegmentationTransformsCatalog catalog,
        PostProcessingPlan plan,
        string outputColumnName = "PredictedLabel",
        string? inputColumnName = null
    ) =>
        catalog.PostProcessLabels(
            new PostProcessLabelsEstimator.Options
            {
                Plan = plan,
                OutputColumnName = outputColumnName,
                InputColumnName = inputColumnName,
            }
        );

    /// <summary>Brings predicted labels through the steps of a plan.</summary>
    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    public static PostProcessLabelsEstimator PostProcessLabels(
        this SegmentationTransformsCatalog catalog,
        PostProcessLabelsEstimator.Options options
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Plan);
        return new(options);
    }

    /// <summary>Adds a volume of doubt, from 0 (certain) to 1: the entropy of class probabilities.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of volumes of doubt that is added.</param>
    /// <param name="inputColumnName">The column of probabilities, one channel per class.</param>
    public static MeasureDoubtEstimator MeasureDoubt(
        this SegmentationTransformsCatalog catalog,
        string outputColumnName = "Doubt",
        string inputColumnName = "Probability"
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(outputColumnName, inputColumnName);
    }
}
