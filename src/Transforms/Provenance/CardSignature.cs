using System.Security.Cryptography;
using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Provenance;

/// <summary>Signs model cards, and so the zips whose digests they hold: ECDSA with SHA-256.</summary>
internal static class CardSignature
{
    private const string Algorithm = "ECDSA-SHA256";

    /// <summary>Reads a key from a PEM file: a private key to sign, or a public one to check.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file holds no such key.</exception>
    public static ECDsa ReadKey(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no key file '{path}'. Make one with: openssl ecparam -name prime256v1 -genkey -noout.",
                path
            );
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InputDataException($"'{path}' holds no elliptic-curve key in PEM form that is not encrypted.", fault);
        }
    }

    /// <summary>The signature of a card as JSON.</summary>
    /// <exception cref="ArgumentException">The key cannot sign.</exception>
    public static byte[] Write(byte[] card, ECDsa key)
    {
        try
        {
            var signature = key.SignData(card, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            return JsonSerializer.SerializeToUtf8Bytes(new SignatureFile(Algorithm, FingerprintOf(key), Convert.ToBase64String(signature)));
        }
        catch (CryptographicException fault)
        {
            throw new ArgumentException("The key cannot sign. Give the file of the private key.", nameof(key), fault);
        }
    }

    /// <summary>Fails unless a card is signed by a key.</summary>
    /// <exception cref="InputDataException">It is not; says why.</exception>
    public static void Require(byte[]? card, byte[]? signature, ECDsa key)
    {
        if (card is null || signature is null)
        {
            throw new InputDataException(card is null ? "it has no model card, so nobody signed it" : "its model card is not signed");
        }

        SignatureFile file;
        byte[] value;
        try
        {
            file = JsonSerializer.Deserialize<SignatureFile>(signature) ?? throw new JsonException("It is null.");
            value = Convert.FromBase64String(file.Signature);
        }
        catch (Exception fault) when (fault is JsonException or FormatException)
        {
            throw new InputDataException($"the signature of its model card cannot be read: {fault.Message}", fault);
        }

        var isValid =
            file.Algorithm == Algorithm && key.VerifyData(card, value, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (!isValid)
        {
            throw new InputDataException(file.Key == FingerprintOf(key)
                ? "its model card does not match its signature"
                : $"its model card was signed by another key ({file.Key}), not by the trusted one ({FingerprintOf(key)})");
        }
    }

    private static string FingerprintOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    private sealed record SignatureFile(string Algorithm, string Key, string Signature);
}
