using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.Columns;

/// <summary>Class and channel names on a column, so that they travel from the list of cases to the model and its report.</summary>
/// <remarks>
/// Kinds: <c>ClassNames</c> (vector of text) with <c>ClassValues</c> (vector of Int32) and, where voxels are ignored,
/// <c>IgnoredValues</c> (vector of Int32); and <c>ChannelNames</c> (vector of text). ML.NET keeps annotations through splits, filters and
/// copies of columns. A model loaded from a zip does not annotate its outputs; there, <see cref="LabelVolume.Classes"/> of each row carries
/// the names.
/// </remarks>
internal static class ClassAnnotations
{
    /// <summary>The annotation kind of class names.</summary>
    public const string ClassNames = "ClassNames";

    /// <summary>The annotation kind of label values, in the order of the names.</summary>
    public const string ClassValues = "ClassValues";

    /// <summary>
    /// The annotation kind of codes, "value|scheme|meaning", in the order of the names; empty texts for classes without a code.
    /// </summary>
    public const string ClassCodes = "ClassCodes";

    /// <summary>The annotation kind of label values of no class (<see cref="LabelClass.IsIgnored"/>).</summary>
    public const string IgnoredValues = "IgnoredValues";

    /// <summary>The annotation kind of channel names.</summary>
    public const string ChannelNames = "ChannelNames";

    /// <summary>The classes that a column is annotated with; empty if there are none.</summary>
    public static IReadOnlyList<LabelClass> ReadClasses(DataViewSchema.Annotations annotations)
    {
        ArgumentNullException.ThrowIfNull(annotations);
        if (annotations.Schema.GetColumnOrNull(ClassNames) is null || annotations.Schema.GetColumnOrNull(ClassValues) is null)
        {
            return [];
        }

        VBuffer<int> values = default;
        annotations.GetValue(ClassValues, ref values);
        var names = ReadTexts(annotations, ClassNames);
        var codes = annotations.Schema.GetColumnOrNull(ClassCodes) is null ? [] : ReadTexts(annotations, ClassCodes);
        VBuffer<int> ignored = default;
        if (annotations.Schema.GetColumnOrNull(IgnoredValues) is not null)
        {
            annotations.GetValue(IgnoredValues, ref ignored);
        }

        var isIgnored = ignored.DenseValues().ToHashSet();
        return [.. values.DenseValues().Select((value, i) => new LabelClass(value, names[i])
        {
            Code = i < codes.Count ? ReadCode(codes[i]) : null,
            IsIgnored = isIgnored.Contains(value),
        })];
    }

    /// <summary>The channel names that a column is annotated with; empty if there are none.</summary>
    public static IReadOnlyList<string> ReadChannelNames(DataViewSchema.Annotations annotations)
    {
        ArgumentNullException.ThrowIfNull(annotations);
        return annotations.Schema.GetColumnOrNull(ChannelNames) is null ? [] : ReadTexts(annotations, ChannelNames);
    }

    /// <summary>Annotations that hold classes; empty ones for an empty list.</summary>
    public static DataViewSchema.Annotations OfClasses(IReadOnlyList<LabelClass> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        var builder = new DataViewSchema.Annotations.Builder();
        if (classes.Count > 0)
        {
            AddVector(builder, ClassNames, TextDataViewType.Instance, [.. classes.Select(c => c.Name.AsMemory())]);
            AddVector(builder, ClassValues, NumberDataViewType.Int32, [.. classes.Select(c => c.Value)]);
            if (classes.Any(c => c.Code is not null))
            {
                AddVector(builder, ClassCodes, TextDataViewType.Instance, [.. classes.Select(c => WriteCode(c.Code).AsMemory())]);
            }

            if (Ignored(classes) is { Length: > 0 } ignored)
            {
                AddVector(builder, IgnoredValues, NumberDataViewType.Int32, ignored);
            }
        }

        return builder.ToAnnotations();
    }

    /// <summary>Annotations that hold channel names; empty ones for an empty list.</summary>
    public static DataViewSchema.Annotations OfChannelNames(IReadOnlyList<string> names) => OfTexts(ChannelNames, names);

    /// <summary>Annotations of one kind that hold texts; empty ones for an empty list.</summary>
    public static DataViewSchema.Annotations OfTexts(string kind, IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var builder = new DataViewSchema.Annotations.Builder();
        if (texts.Count > 0)
        {
            AddVector(builder, kind, TextDataViewType.Instance, [.. texts.Select(text => text.AsMemory())]);
        }

        return builder.ToAnnotations();
    }

    /// <summary>Annotates a column of a row class with classes.</summary>
    internal static void AddClasses(SchemaDefinition.Column column, IReadOnlyList<LabelClass> classes)
    {
        column.AddAnnotation(
            ClassNames,
            classes.Select(c => c.Name).ToArray(),
            new VectorDataViewType(TextDataViewType.Instance, classes.Count)
        );
        column.AddAnnotation(
            ClassValues,
            classes.Select(c => c.Value).ToArray(),
            new VectorDataViewType(NumberDataViewType.Int32, classes.Count)
        );
        if (classes.Any(c => c.Code is not null))
        {
            column.AddAnnotation(
                ClassCodes,
                classes.Select(c => WriteCode(c.Code)).ToArray(),
                new VectorDataViewType(TextDataViewType.Instance, classes.Count)
            );
        }

        if (Ignored(classes) is { Length: > 0 } ignored)
        {
            column.AddAnnotation(IgnoredValues, ignored, new VectorDataViewType(NumberDataViewType.Int32, ignored.Length));
        }
    }

    /// <summary>Annotates a column of a row class with channel names.</summary>
    internal static void AddChannelNames(SchemaDefinition.Column column, IReadOnlyList<string> names)
        => column.AddAnnotation(ChannelNames, names.ToArray(), new VectorDataViewType(TextDataViewType.Instance, names.Count));

    private static string WriteCode(DicomCode? code) => code is null ? "" : $"{code.Value}|{code.Scheme}|{code.Meaning}";

    private static DicomCode? ReadCode(string text) =>
        text.Split('|', 3) is [var value, var scheme, var meaning] ? new(value, scheme, meaning) : null;

    private static int[] Ignored(IReadOnlyList<LabelClass> classes) => [.. classes.Where(c => c.IsIgnored).Select(c => c.Value)];

    private static void AddVector<T>(DataViewSchema.Annotations.Builder builder, string kind, PrimitiveDataViewType itemType, T[] values)
    {
        ValueGetter<VBuffer<T>> getter = (ref VBuffer<T> value) => VBuffer<T>.Copy(values, 0, ref value, values.Length);
        builder.Add(kind, new VectorDataViewType(itemType, values.Length), getter);
    }

    private static IReadOnlyList<string> ReadTexts(DataViewSchema.Annotations annotations, string kind)
    {
        VBuffer<ReadOnlyMemory<char>> texts = default;
        annotations.GetValue(kind, ref texts);
        return [.. texts.DenseValues().Select(text => text.ToString())];
    }
}
