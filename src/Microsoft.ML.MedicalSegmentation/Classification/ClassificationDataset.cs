using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Images with their classes; as a data view, rows of paths and labels, ready for LoadVolumes.</summary>
public sealed class ClassificationDataset
{
    /// <summary>The images of a data set.</summary>
    /// <param name="name">What reports call it.</param>
    /// <param name="images">The images.</param>
    /// <param name="classes">Names of the classes. Default: those that occur, in the order of their letters.</param>
    public ClassificationDataset(string name, IReadOnlyList<ClassifiedImage> images, IReadOnlyList<string>? classes = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        (Name, Images) = (name, images);
        Classes = classes ?? [.. images.Select(image => image.Label).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>What reports call it.</summary>
    public string Name { get; }

    /// <summary>The images.</summary>
    public IReadOnlyList<ClassifiedImage> Images { get; }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Names of the parts, such as "test" and "train"; empty where the data are not divided.</summary>
    public IReadOnlyList<string> Parts => [.. Images.Select(image => image.Part).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The images of one part; the classes stay those of all.</summary>
    /// <exception cref="ArgumentException">There is no such part; the message lists them.</exception>
    public ClassificationDataset Part(string name) =>
        Parts.Contains(name)
            ? new(Name, [.. Images.Where(image => image.Part == name)], Classes)
            : throw new ArgumentException(
                $"The data '{Name}' have no part '{name}'. Parts: {(Parts.Count == 0 ? "none" : string.Join(", ", Parts))}.",
                nameof(name)
            );

    /// <summary>Draws a share of each class.</summary>
    /// <param name="share">0 to 1; of a class with several images at least one stays on each side where it is neither 0 nor 1.</param>
    /// <param name="seed">Decides which; the same seed draws the same images.</param>
    /// <returns>The images that were not drawn, and those that were.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is not within 0 to 1.</exception>
    public (ClassificationDataset Remaining, ClassificationDataset Drawn) Draw(double share, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        var drawn = StratifiedDraw.Of([.. Images.Select(image => image.Label)], share, seed);
        return (
            new(Name, [.. Images.Where((_, index) => !drawn.Contains(index))], Classes),
            new(Name, [.. Images.Where((_, index) => drawn.Contains(index))], Classes)
        );
    }

    /// <summary>Rows with the text columns ImagePath and Label.</summary>
    public IDataView ToDataView(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Data.LoadFromEnumerable(Images.Select(image => new Row { ImagePath = image.Path, Label = image.Label }));
    }

    /// <summary>Name, images, classes and parts in one line.</summary>
    public override string ToString() =>
        $"{Name}: {Images.Count} images, classes "
        + $"{string.Join(", ", Classes.Select(name => $"{name} ({Images.Count(image => image.Label == name)})"))}"
        + (
            Parts.Count == 0
                ? ""
                : $", parts {string.Join(", ", Parts.Select(part => $"{part} ({Images.Count(image => image.Part == part)})"))}"
        );

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
