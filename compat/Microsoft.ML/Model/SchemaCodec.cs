// Stands in for internals of Microsoft.ML.Data: the input schema in a model file.
using System.IO.Compression;

namespace Microsoft.ML.Data;

internal static class SchemaCodec
{
    private const int LargestCount = 1 << 20;

    /// <summary>Writes the columns that can be written; custom types are left out.</summary>
    public static void Save(ZipArchive zip, DataViewSchema schema)
    {
        var columns = schema.Where(column => column.Type.IsCacheable()).ToArray();
        if (columns.Length == 0)
        {
            throw new InvalidOperationException("No valid columns to save");
        }

        using var writer = new BinaryWriter(zip.CreateEntry(ModelFormat.SchemaEntry).Open());
        writer.Write(ModelFormat.Mark);
        writer.Write(columns.Length);
        foreach (var column in columns)
        {
            writer.Write(column.Name);
            TypeCodec.Write(writer, column.Type);
        }
    }

    public static DataViewSchema LoadOrNull(ZipArchive zip)
    {
        if (zip.GetEntry(ModelFormat.SchemaEntry) is not { } entry)
        {
            return null;
        }

        using var reader = new BinaryReader(entry.Open());
        try
        {
            return Load(reader);
        }
        catch (Exception exception) when (exception is EndOfStreamException or ArgumentException or OverflowException)
        {
            throw ModelFormat.Damaged(ModelFormat.SchemaEntry, $"is no schema: {exception.Message}");
        }
    }

    private static DataViewSchema Load(BinaryReader reader)
    {
        if (reader.ReadString() != ModelFormat.Mark)
        {
            throw ModelFormat.Damaged(
                ModelFormat.SchemaEntry, "does not start with the mark of the ML.NET stand-in's models");
        }

        var schema = new DataViewSchema.Builder();
        for (var rest = Count(reader); rest > 0; rest--)
        {
            schema.AddColumn(reader.ReadString(), TypeCodec.Read(reader, () => Count(reader)));
        }

        return schema.ToSchema();
    }

    private static int Count(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        return count is >= 0 and <= LargestCount
            ? count
            : throw ModelFormat.Damaged(ModelFormat.SchemaEntry, $"says that it has {count} items");
    }
}
