namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Planning of trainings, on <c>mlContext.MedicalSegmentation()</c>.</summary>
public static class PlanningCatalog
{
    private const int ShownFindings = 5;

    /// <summary>Reads a data set once and plans how to train for it.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The cases: dataset.json, .csv, .tsv, or a data set folder.</param>
    /// <param name="options">Preset, memory and spacing; null takes the defaults.</param>
    /// <param name="reading">How the cases are read; null takes the defaults.</param>
    /// <exception cref="InputDataException">A case cannot be trained on; names the first faults.</exception>
    /// <exception cref="ArgumentException">
    /// An option is out of its range, no patch fits the memory, or the data set has no labels.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static SegmentationPlan Plan(
        this MedicalSegmentationCatalog catalog, string path, PlanningOptions? options = null, DatasetValidationOptions? reading = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        (options ?? PlanningOptions.Default).Validate();
        return Plan(catalog.Data.Read(path), catalog.Data.Validate(path, reading ?? DatasetValidationOptions.Default), options);
    }

    /// <inheritdoc cref="Plan(MedicalSegmentationCatalog, string, PlanningOptions?, DatasetValidationOptions?)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="dataset">The cases, with labels.</param>
    /// <param name="options">Preset, memory and spacing; null takes the defaults.</param>
    /// <param name="reading">How the cases are read; null takes the defaults.</param>
    public static SegmentationPlan Plan(
        this MedicalSegmentationCatalog catalog,
        SegmentationDataset dataset,
        PlanningOptions? options = null,
        DatasetValidationOptions? reading = null
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(dataset);
        (options ?? PlanningOptions.Default).Validate();
        return Plan(dataset, catalog.Data.Validate(dataset, reading ?? DatasetValidationOptions.Default), options);
    }

    private static SegmentationPlan Plan(SegmentationDataset dataset, DatasetReport report, PlanningOptions? options)
    {
        var errors = report.Findings.Where(finding => finding.Severity == FindingSeverity.Error).ToList();
        if (errors.Count > 0 || report.Fingerprint is null)
        {
            throw new InputDataException(
                $"The data set '{dataset.Name}' cannot be planned for: {errors.Count} errors. "
                    + $"{string.Join(" ", errors.Take(ShownFindings))} Check the data set (medseg check) and mend it first."
            );
        }

        // Values that occur without a name are classes too.
        var description = PlanningDataset.Of(dataset) with
        {
            Labels = [.. report.Classes.Select(c => new PlanningLabel(c.Value == 0 ? "background" : c.Name, [c.Value]))],
        };
        return SegmentationPlanner.Plan(PlanningFingerprint.Of(report.Fingerprint), description, options);
    }
}
