// Stands in for Microsoft.ML.Data: the methods on mlContext.Data that read delimited text.
using Microsoft.ML.Data;

namespace Microsoft.ML;

public static class TextLoaderSaverCatalog
{
    public static TextLoader CreateTextLoader(
        this DataOperationsCatalog catalog, TextLoader.Options options, IMultiStreamSource dataSample = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new TextLoader(options);
    }

    public static IDataView LoadFromTextFile(
        this DataOperationsCatalog catalog, string path, TextLoader.Options options = null) =>
        catalog.CreateTextLoader(options ?? new TextLoader.Options()).Load(Source(path));

    public static IDataView LoadFromTextFile(
        this DataOperationsCatalog catalog,
        string path,
        TextLoader.Column[] columns,
        char separatorChar = '\t',
        bool hasHeader = false,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false) => catalog.LoadFromTextFile(
            path, MakeOptions(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));

    public static IDataView LoadFromTextFile<TInput>(
        this DataOperationsCatalog catalog, string path, TextLoader.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Columns = TextLoader.ColumnsOf(typeof(TInput));
        return catalog.LoadFromTextFile(path, options);
    }

    public static IDataView LoadFromTextFile<TInput>(
        this DataOperationsCatalog catalog,
        string path,
        char separatorChar = '\t',
        bool hasHeader = false,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false) => catalog.LoadFromTextFile(
            path,
            TextLoader.ColumnsOf(typeof(TInput)),
            separatorChar,
            hasHeader,
            allowQuoting,
            trimWhitespace,
            allowSparse);

    private static MultiFileSource Source(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new MultiFileSource(path);
    }

    private static TextLoader.Options MakeOptions(
        TextLoader.Column[] columns,
        char separator,
        bool hasHeader,
        bool allowQuoting,
        bool trimWhitespace,
        bool allowSparse) => allowSparse
            ? throw new NotSupportedException(
                "The ML.NET stand-in reads dense text only. Use the package Microsoft.ML for sparse rows.")
            : new TextLoader.Options
            {
                Columns = columns,
                Separators = [separator],
                HasHeader = hasHeader,
                AllowQuoting = allowQuoting,
                TrimWhitespace = trimWhitespace,
            };
}
