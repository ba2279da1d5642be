using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Models;

/// <summary>Model zips on disk: written whole or not at all, checked before they are believed.</summary>
internal static class ModelFile
{
    private const string Remedy = "Copy it again from where it was saved, or train and save it again.";

    public static void Save(MLContext context, ITransformer model, DataViewSchema? inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, stream => context.Model.Save(model, inputSchema, stream));
    }

    public static ITransformer Load(MLContext context, string path, ModelLoadOptions options, out DataViewSchema? inputSchema)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no model '{path}'. Check the path; relative ones start at '{Directory.GetCurrentDirectory()}'.", path);
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var zip = Open(context, file, path);
        ITransformer loaded;
        try
        {
            loaded = context.Model.Load(zip.Content, out inputSchema);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // ML.NET reports what it cannot load by many types of exceptions; here the file is known to be to blame.
            throw new InvalidDataException(
                $"{path}: ML.NET cannot load this model ({fault.Message}). It is damaged, was written by a later version, or needs an assembly that is not beside this application. {Remedy}", fault);
        }

        try
        {
            return new LoadedTransformers(context, zip.Blobs, options).Of(loaded);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"{path}: {fault.Message}", fault);
        }
    }

    private static ModelZip Open(MLContext context, Stream file, string path)
    {
        try
        {
            return ModelZip.Open(context, file);
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException(
                $"{path} is not a valid model zip: {fault.Message.TrimEnd('.')}. The file was changed or cut short, or is not a model. {Remedy}", fault);
        }
    }
}
