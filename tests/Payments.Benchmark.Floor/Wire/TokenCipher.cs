using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Payments.Benchmark.Floor.Wire;

/// <summary>
/// The product's form of AES-256-GCM, <c>enc:{keyId}:{base64url(nonce ‖ tag ‖ ciphertext)}</c>, with the key set up once.
/// Not for several threads.
/// </summary>
internal sealed class TokenCipher
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly string _prefix;
    private readonly AesGcm _aes;

    /// <param name="keyId">The active key; the only one known here.</param>
    /// <param name="key">256 bits in base64.</param>
    public TokenCipher(string keyId, string key)
    {
        _prefix = $"enc:{keyId}:";
        _aes = new AesGcm(Convert.FromBase64String(key), TagBytes);
    }

    /// <param name="plain">What to encrypt.</param>
    /// <param name="context">Authenticated with it: the payment, or the operation.</param>
    public string Encrypt(ReadOnlySpan<byte> plain, string context)
    {
        var size = NonceBytes + TagBytes + plain.Length;
        Span<byte> result = size <= 2048 ? stackalloc byte[size] : new byte[size];
        RandomNumberGenerator.Fill(result[..NonceBytes]);
        Span<byte> associated = stackalloc byte[Encoding.UTF8.GetByteCount(context)];
        Encoding.UTF8.GetBytes(context, associated);
        _aes.Encrypt(
            result[..NonceBytes], plain, result[(NonceBytes + TagBytes)..], result.Slice(NonceBytes, TagBytes), associated);
        return _prefix + Base64Url.EncodeToString(result);
    }

    public string Encrypt(string plain, string context) => Encrypt(Encoding.UTF8.GetBytes(plain), context);

    public string Decrypt(string encrypted, string context)
    {
        if (!encrypted.StartsWith(_prefix, StringComparison.Ordinal))
            throw new CryptographicException("Not encrypted under the active key.");

        var bytes = Base64Url.DecodeFromChars(encrypted.AsSpan(_prefix.Length)).AsSpan();
        Span<byte> plain = stackalloc byte[bytes.Length - NonceBytes - TagBytes];
        _aes.Decrypt(
            bytes[..NonceBytes],
            bytes[(NonceBytes + TagBytes)..],
            bytes.Slice(NonceBytes, TagBytes),
            plain,
            Encoding.UTF8.GetBytes(context));
        return Encoding.UTF8.GetString(plain);
    }
}
