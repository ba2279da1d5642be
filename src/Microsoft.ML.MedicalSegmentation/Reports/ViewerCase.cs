using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Reports;

/// <summary>A case as the viewer's script reads it.</summary>
/// <remarks>Volumes are turned to RAS, so that planes are anatomical; pictures of one slice stay as they lie.</remarks>
internal static class ViewerCase
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>The case as JSON that may stand in a script element.</summary>
    /// <exception cref="ArgumentException">The volumes are not on one grid.</exception>
    public static string ToJson(ReportCase one, string caption, IReadOnlyList<LabelClass> classes, int longestSide)
    {
        var image = one.Image();
        var isPicture = image.Shape.IsImage;
        var (truth, prediction, doubt) = (one.Truth(), one.Prediction(), one.Doubt?.Invoke());
        foreach (
            var (what, shape) in new[] { ("truth", truth.Shape), ("prediction", prediction.Shape), ("doubt", doubt?.Shape ?? image.Shape) }
        )
        {
            if (!shape.SameGrid(image.Shape))
            {
                throw new ArgumentException(
                    $"Case '{one.Name}': the {what} has {shape.WithChannels(1)}, the image {image.Shape.WithChannels(1)}. All "
                        + "volumes of a case lie on one grid."
                );
            }
        }

        Volume Turn(Volume volume) => isPicture ? volume : volume.Reorient("RAS");
        LabelVolume TurnLabels(LabelVolume labels) => isPicture ? labels : labels.Reorient("RAS");
        image = Turn(image);
        var steps = ViewerVolume.StepsFor(image.Shape, longestSide);
        var size = ViewerVolume.SizeOf(image.Shape, steps);
        var spacing = image.Geometry.Spacing;
        var channels = isPicture && image.Shape.Channels is 3 or 4 ? 3 : 1;
        var values = Enumerable.Range(0, channels).Select(channel => ViewerVolume.Values(image, channel, steps)).ToList();
        var (low, high) = channels == 3 ? (0, 255) : ViewerVolume.Limits(values[0]);
        return JsonSerializer.Serialize(
            new
            {
                one.Name,
                caption,
                size = new[] { size.X, size.Y, size.Z },
                spacing = new[] { spacing.X * steps.X, spacing.Y * steps.Y, spacing.Z * steps.Z },
                steps = new[] { steps.X, steps.Y, steps.Z },
                low,
                high,
                image = values.Select(channel => ViewerVolume.Encode(ViewerVolume.ToBytes(channel, low, high))),
                truth = Labels(TurnLabels(truth), steps, classes),
                prediction = Labels(TurnLabels(prediction), steps, classes),
                doubt = doubt is null ? null : ViewerVolume.Encode(ViewerVolume.ToBytes(ViewerVolume.Values(Turn(doubt), 0, steps), 0, 1)),
            },
            Format);
    }

    // Places in the list of classes, from 1; labels of no class are background.
    private static string Labels(LabelVolume labels, (int X, int Y, int Z) steps, IReadOnlyList<LabelClass> classes)
    {
        var places = classes
            .Select((c, i) => (c.Value, Place: (byte)((i % 255) + 1)))
            .Where(pair => pair.Value != 0)
            .ToDictionary(pair => pair.Value, pair => pair.Place);
        return ViewerVolume.Encode([.. ViewerVolume.Values(labels.Voxels, 0, steps).Select(value => places.GetValueOrDefault((int)value))]);
    }
}
