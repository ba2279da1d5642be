using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation.Data.Cases;

/// <summary>Looks at every case before training begins, so that no fault of the data shows after an hour.</summary>
/// <remarks>Cases are named by their row, and by their label file where the labels came from one.</remarks>
internal sealed class CaseInspector
{
    private const double MostSpacingRatio = 1.25;

    private readonly string _data;
    private readonly ClassMap _classes;
    private readonly HashSet<string> _orientations = [];
    private int? _channels;

    /// <param name="data">What messages call the data, such as "training data".</param>
    /// <param name="classes">The classes of the labels.</param>
    /// <param name="channels">Channels that images must have. Default: those of the first case.</param>
    public CaseInspector(string data, ClassMap classes, int? channels = null)
    {
        _data = data;
        _classes = classes;
        _channels = channels;
    }

    /// <summary>Channels of the images seen.</summary>
    public int Channels => _channels ?? 1;

    /// <summary>Largest depth, height and width of the images seen.</summary>
    public VolumeShape Largest { get; private set; } = new(1, 1, 1, 1);

    /// <summary>Spacing of each image along x, y and z, in mm.</summary>
    public List<Vector3D> Spacings { get; } = [];

    /// <summary>The orientation code of all images seen; null where they have several.</summary>
    public string? Orientation => _orientations.Count == 1 ? _orientations.Single() : null;

    /// <summary>
    /// Fails for a case that cannot be trained on, naming the row, the cause and the remedy; notes what training must know otherwise.
    /// </summary>
    /// <exception cref="InputDataException">Image and labels do not belong together, or voxels are not usable.</exception>
    public void Inspect(int row, Volume image, LabelVolume labels)
    {
        var name = labels.Voxels.Header?.Source is { } source ? $"Row {row} of the {_data}, '{source}'" : $"Row {row} of the {_data}";
        CheckGrid(name, image, labels);
        CheckImage(name, image);
        CheckLabels(name, labels);
        Note(image);
    }

    /// <summary>The same for an image without labels.</summary>
    /// <exception cref="InputDataException">Channels differ, or voxels are not usable.</exception>
    public void Inspect(int row, Volume image)
    {
        CheckImage(image.Header?.Source is { } source ? $"Row {row} of the {_data}, '{source}'" : $"Row {row} of the {_data}", image);
        Note(image);
    }

    /// <summary>The median spacing along each axis, in mm.</summary>
    public Vector3D MedianSpacing()
    {
        double Median(int axis) => DatasetFingerprint.Median(Spacings.Select(spacing => spacing[axis]));

        return new(Median(0), Median(1), Median(2));
    }

    /// <summary>A sentence for everything that users should look at: several orientations, mixed spacings.</summary>
    /// <param name="images">What sentences call the images.</param>
    public IEnumerable<string> Doubts(string images = "images")
    {
        if (_orientations.Count > 1)
        {
            yield return $"The {images} have several orientations ({string.Join(", ", _orientations.Order())}). "
                + "Put a reorientation to one code before the trainer, unless this is meant.";
        }

        foreach (var mixed in MixedSpacings())
        {
            yield return mixed;
        }
    }

    /// <summary>
    /// A sentence for each axis along which spacings differ by more than a quarter, which a network takes for other sizes.
    /// </summary>
    private IEnumerable<string> MixedSpacings()
    {
        for (var axis = 0; axis < 3; axis++)
        {
            var (smallest, largest) = (Spacings.Min(spacing => spacing[axis]), Spacings.Max(spacing => spacing[axis]));
            if (largest > smallest * MostSpacingRatio)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"The spacing along {"xyz"[axis]} is {smallest:0.####} to {largest:0.####} mm in the {_data}. A network sees "
                        + $"voxels, not mm, and takes the difference for size. "
                ) + "Resample images and labels to one spacing before the trainer, or train by a plan, which does so.";
            }
        }
    }

    private void Note(Volume image)
    {
        _channels = image.Shape.Channels;
        Largest = new(
            1,
            Math.Max(Largest.Depth, image.Shape.Depth),
            Math.Max(Largest.Height, image.Shape.Height),
            Math.Max(Largest.Width, image.Shape.Width)
        );
        Spacings.Add(image.Geometry.Spacing);
        _orientations.Add(image.Geometry.OrientationCode);
    }

    private static void CheckGrid(string name, Volume image, LabelVolume labels)
    {
        if (!image.Shape.SameGrid(labels.Shape))
        {
            throw new InputDataException(
                $"{name}: the image is {image.Shape.WithChannels(1)} voxels, its labels are {labels.Shape}. "
                + "Labels must be drawn on the image's grid: check that the pair belongs together, or resample the labels onto the image.");
        }

        if (!image.Geometry.Matches(labels.Geometry, image.Shape))
        {
            throw new InputDataException(
                $"{name}: image and labels lie up to {image.Geometry.LargestDifference(labels.Geometry, image.Shape):0.##} mm apart "
                + $"(image {image.Geometry}; labels {labels.Geometry}). "
                + "Check that the pair belongs together; where only the header is wrong, give the labels the image's geometry.");
        }
    }

    private void CheckImage(string name, Volume image)
    {
        if (_channels is { } channels && channels != image.Shape.Channels)
        {
            throw new InputDataException(
                $"{name}: the image has {image.Shape.Channels} channels, the others have {channels}. Load the same channels, in the "
                    + "same order, for every case."
            );
        }

        try
        {
            FiniteInput.Require(image);
        }
        catch (InputDataException e)
        {
            throw new InputDataException($"{name}: {e.Message}", e);
        }
    }

    private void CheckLabels(string name, LabelVolume labels)
    {
        var counts = labels.CountValues();
        for (var value = 0; value < counts.Length; value++)
        {
            if (counts[value] > 0 && _classes.IndexOf(value) == ClassMap.Unknown)
            {
                throw new InputDataException(
                    $"{name}: {counts[value]} voxels have the label {value}, which is not a class. "
                        + $"Classes: {string.Join(", ", _classes.Classes.Select(c => $"{c.Value} {c.Name}"))}. "
                        + "Name it in the classes, or correct the labels."
                );
            }
        }
    }
}
