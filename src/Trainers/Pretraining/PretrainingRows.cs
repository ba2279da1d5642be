using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

/// <summary>Reads the images that an encoder learns from, each with its patient, row by row and by reference.</summary>
internal sealed class PretrainingRows
{
    private readonly IDataView _data;
    private readonly DataViewSchema.Column _image;
    private readonly DataViewSchema.Column? _group;
    private readonly CancellationToken _cancellationToken;

    /// <param name="data">The rows.</param>
    /// <param name="options">Column names and cancellation.</param>
    /// <exception cref="ArgumentException">A column is missing or of another kind.</exception>
    public PretrainingRows(IDataView data, EncoderPretrainer.Options options)
    {
        _data = data;
        RequireColumns(InputColumns.Of(data.Schema), options);
        _image = data.Schema[options.ImageColumnName];
        _group = options.GroupColumnName is { } group ? data.Schema[group] : null;
        _cancellationToken = options.CancellationToken;
    }

    /// <summary>Fails if the columns to learn from are missing or of another kind.</summary>
    public static void RequireColumns(InputColumns columns, EncoderPretrainer.Options options)
    {
        columns.Require(options.ImageColumnName, ColumnKind.Volume, nameof(EncoderPretrainer));
        if (options.GroupColumnName is { } group)
        {
            columns.Require(group, ColumnKind.Text, nameof(EncoderPretrainer));
        }
    }

    /// <summary>Every row, numbered from 0. Without a group column each row is its own patient.</summary>
    /// <exception cref="ArgumentException">A row has no image or no patient.</exception>
    public IEnumerable<(int Row, Volume Image, string Patient)> Read()
    {
        using var cursor = _data.GetRowCursor(_group is { } active ? [_image, active] : [_image]);
        var getImage = cursor.GetGetter<Volume?>(_image);
        var getGroup = _group is { } column ? cursor.GetGetter<ReadOnlyMemory<char>>(column) : null;
        for (var row = 0; cursor.MoveNext(); row++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            Volume? image = null;
            getImage(ref image);
            ReadOnlyMemory<char> group = default;
            getGroup?.Invoke(ref group);
            if (getGroup is not null && group.Span.IsWhiteSpace())
            {
                throw new ArgumentException(
                    $"Row {row} of the images has no value in column '{_group?.Name}'. Images of one patient must not count as "
                        + "different ones: fill the column in, or leave such rows out."
                );
            }

            yield return (
                row,
                image
                    ?? throw new ArgumentException($"Row {row} of the images has no value in column '{_image.Name}'. Leave such rows out."),
                getGroup is null ? $"{row}" : group.ToString()
            );
        }
    }
}
