using System.Security.Cryptography;
using Microsoft.ML.MedicalSegmentation.Models;
using Microsoft.ML.MedicalSegmentation.Provenance;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Model cards in model zips, on <c>mlContext.MedicalSegmentation().Models</c>.</summary>
public static class ModelCardsCatalog
{
    /// <summary>Saves a model as a zip with its card; the file is whole or absent.</summary>
    /// <remarks>
    /// Network, classes, history and versions are added where the card lacks them. The card holds the SHA-256 of every other part of the
    /// zip, so it fits no other model. Any process with a bare <c>MLContext</c> still loads the zip; only <c>Models.Load</c> checks card
    /// and signature.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">A fitted pipeline.</param>
    /// <param name="inputSchema">The schema of its input.</param>
    /// <param name="path">Where; a file that is there is replaced.</param>
    /// <param name="card">The card.</param>
    /// <param name="signingKeyPath">A PEM file with the private elliptic-curve key that signs the card. Default: null, not signed.</param>
    /// <exception cref="ArgumentException">The classes of the card are not those of the model, or the key cannot sign.</exception>
    /// <exception cref="InputDataException">The file holds no key.</exception>
    /// <exception cref="NotSupportedException">The model has more than 1 GiB of weights.</exception>
    public static void Save(
        this SegmentationModelsCatalog catalog,
        ITransformer model,
        DataViewSchema? inputSchema,
        string path,
        ModelCard card,
        string? signingKeyPath = null
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(card);
        using var key = signingKeyPath is null ? null : CardSignature.ReadKey(signingKeyPath);
        ModelFile.Save(catalog.Context, model, inputSchema, path, card.Complete(catalog.Context, model), key);
    }

    /// <summary>Reads the card of a model zip after checking that it fits.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The model zip.</param>
    /// <param name="trustedKeyPath">A PEM file with the public key that must have signed the card. Default: null, any card or none.</param>
    /// <returns>The card; null if the model has none.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The zip was changed, the card does not fit, or it is not signed by the key.</exception>
    public static ModelCard? ReadCard(this SegmentationModelsCatalog catalog, string path, string? trustedKeyPath = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ModelFile.ReadCard(path, trustedKeyPath);
    }

    /// <summary>SHA-256 of a model zip in hexadecimal: what results name the model by.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The model zip.</param>
    public static string DigestOf(this SegmentationModelsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
