using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Provenance;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Models;

/// <summary>Model zips on disk: written whole or not at all, checked before they are believed.</summary>
internal static class ModelFile
{
    private const string Remedy = "Copy it again from where it was saved, or train and save it again.";

    public static void Save(
        MLContext context,
        ITransformer model,
        DataViewSchema? inputSchema,
        string path,
        ModelCard? card = null,
        ECDsa? key = null
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.WriteAll(
            [path],
            streams => Fill(streams[0], context, model, inputSchema, card, key),
            temporary => new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16));
    }

    /// <summary>Makes the zip in memory and writes it asynchronously.</summary>
    public static Task SaveAsync(
        MLContext context,
        ITransformer model,
        DataViewSchema? inputSchema,
        string path,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return AtomicFile.WriteAsync([path], streams => Fill(streams[0], context, model, inputSchema, null, null), cancellationToken);
    }

    /// <summary>The card of a zip, checked; null if it has none.</summary>
    public static ModelCard? ReadCard(string path, string? trustedKeyPath)
    {
        RequireFile(path);
        using var trusted = trustedKeyPath is null ? null : CardSignature.ReadKey(trustedKeyPath);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return Checked(path, () => ReadCard(file, trusted));
    }

    public static ITransformer Load(
        MLContext context,
        string path,
        ModelLoadOptions options,
        out DataViewSchema? inputSchema,
        CancellationToken cancellationToken
    )
    {
        RequireFile(path);
        using var file = new CancellableFileStream(path, cancellationToken);
        return Load(context, file, path, options, out inputSchema);
    }

    /// <summary>Loads a model without its schema, of its <see cref="SavedSteps"/> where the zip has them.</summary>
    public static ITransformer Load(MLContext context, string path, ModelLoadOptions options, CancellationToken cancellationToken)
    {
        RequireFile(path);
        using var file = new CancellableFileStream(path, cancellationToken);
        return Load(context, file, path, options);
    }

    /// <summary>Reads the zip into memory asynchronously, and makes the model of it.</summary>
    public static async Task<ITransformer> LoadAsync(
        MLContext context,
        string path,
        ModelLoadOptions options,
        CancellationToken cancellationToken
    )
    {
        RequireFile(path);
        var buffers = new FileBuffers();
        await buffers.Load(path, whole: true, cancellationToken).ConfigureAwait(false);
        using var file = new UndisposedStream(buffers.Open(path), cancellationToken);
        return Load(context, file, path, options);
    }

    private static void Fill(Stream stream, MLContext context, ITransformer model, DataViewSchema? inputSchema, ModelCard? card, ECDsa? key)
    {
        context.Model.Save(model, inputSchema, stream);
        SavedSteps.Of(model)?.Write(stream);
        if (card is not null)
        {
            CardFile.Write(stream, card, key);
        }

        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.Comment = ModelSeal.Placeholder;
        }

        ModelSeal.Write(stream);
    }

    private static ITransformer Load(MLContext context, Stream file, string path, ModelLoadOptions options)
    {
        // Without the digest over the whole file, steps and weights of different models might stand side by side.
        var steps = Checked(path, () => ModelSeal.IsThere(file) ? SavedSteps.Read(file) : null);
        if (steps is null)
        {
            return Load(context, file, path, options, out _);
        }

        using var trusted = options.TrustedKeyPath is { } keyPath ? CardSignature.ReadKey(keyPath) : null;
        var blobs = Checked(path, () => ModelZip.ReadBlobs(file));
        _ = Checked(path, () => ReadCard(file, trusted));
        return OfPath(path, () => new LoadedTransformers(context, blobs, options).Of(steps));
    }

    private static ITransformer Load(MLContext context, Stream file, string path, ModelLoadOptions options, out DataViewSchema? inputSchema)
    {
        using var trusted = options.TrustedKeyPath is { } keyPath ? CardSignature.ReadKey(keyPath) : null;
        file.Position = 0;
        var zip = Checked(path, () => ModelZip.Open(context, file));
        var position = zip.Content.Position;
        _ = Checked(path, () => ReadCard(file, trusted));
        zip.Content.Position = position;
        ITransformer loaded;
        try
        {
            loaded = context.Model.Load(zip.Content, out inputSchema);
        }
        catch (Exception fault) when (fault is not (OutOfMemoryException or OperationCanceledException))
        {
            // ML.NET reports what it cannot load by many types of exceptions; here the file is known to be to blame.
            throw new InputDataException(
                $"{path}: ML.NET cannot load this model ({fault.Message}). It is damaged, was written by a later version, or needs "
                    + $"an assembly that is not beside this application. {Remedy}",
                fault
            );
        }

        return OfPath(path, () => new LoadedTransformers(context, zip.Blobs, options).Of(loaded));
    }

    private static ITransformer OfPath(string path, Func<ITransformer> make)
    {
        try
        {
            return make();
        }
        catch (InputDataException fault)
        {
            throw new InputDataException($"{path}: {fault.Message}", fault);
        }
    }

    private static ModelCard? ReadCard(Stream file, ECDsa? trusted)
    {
        var isSealed = ModelSeal.Check(file);
        file.Position = 0;
        using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        var card = CardFile.Read(archive, trusted);
        return card is null || isSealed ? card : throw new InputDataException("it has a model card, but the digest at its end is missing");
    }

    private static void RequireFile(string path)
    {
        ExistingPath.RequireFile(path, "model");
    }

    private static T Checked<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault)
            when (fault is InputDataException or InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException)
        {
            throw new InputDataException(
                $"{path} is not a valid model zip: "
                    + $"{(fault is InputDataException ? fault.Message.TrimEnd('.') : "it is no zip file, or its list of parts is damaged")}"
                    + $". The file was changed or cut short, or is not a model. {Remedy}",
                fault
            );
        }
    }
}
