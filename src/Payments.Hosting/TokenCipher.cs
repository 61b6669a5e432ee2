using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Payments.Messaging;

namespace Payments.Hosting;

/// <summary>Keys for payment-method tokens; bound from the section <c>Tokens</c>.</summary>
public sealed class TokenOptions
{
    public const string Section = "Tokens";

    /// <summary>The id of the key that encrypts. No default.</summary>
    public string ActiveKey { get; set; } = "";

    /// <summary>Key id to 256-bit key in base64. Older keys stay here as long as something rests under them.</summary>
    public Dictionary<string, string> Keys { get; } = [];
}

/// <summary>
/// Encrypts what must not rest in the clear: AES-256-GCM, <c>enc:{keyId}:{base64url(nonce ‖ tag ‖ ciphertext)}</c>. The
/// payment id is authenticated with it, so that a token cannot be moved to another payment.
/// </summary>
public sealed class TokenCipher
{
    private const string Prefix = "enc:";
    private const int KeyBytes = 32;

    private readonly string _activeKey;
    private readonly Dictionary<string, byte[]> _keys;

    public TokenCipher(TokenOptions options)
    {
        _keys = options.Keys.ToDictionary(k => k.Key, k => ReadKey(k.Key, k.Value));
        _activeKey = _keys.ContainsKey(options.ActiveKey)
            ? options.ActiveKey
            : throw new DependencyMissingException($"Tokens:ActiveKey names '{options.ActiveKey}', which is not among Tokens:Keys.");
    }

    /// <summary>Encrypts text under the active key.</summary>
    public string Encrypt(string plain, string context) =>
        $"{Prefix}{_activeKey}:{Base64Url.EncodeToString(Seal(Encoding.UTF8.GetBytes(plain), context))}";

    /// <summary>Encrypts bytes under the active key; the key's id stands before them.</summary>
    public byte[] Encrypt(byte[] plain, string context) => Encoding.ASCII.GetBytes(Encrypt(Convert.ToBase64String(plain), context));

    /// <summary>
    /// Throws <see cref="CryptographicException"/>, and nothing else, when the text was changed, cut off, moved, or is under an
    /// unknown key.
    /// </summary>
    public string Decrypt(string encrypted, string context)
    {
        if (encrypted.Split(':') is not ["enc", var keyId, var text] || !_keys.TryGetValue(keyId, out var key))
            throw new CryptographicException("Not encrypted under a key we hold.");

        if (!Base64Url.IsValid(text, out var length) || length < AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize)
            throw new CryptographicException("Damaged: it is not what we encrypted.");

        var sealedBytes = Base64Url.DecodeFromChars(text);
        var nonce = sealedBytes.AsSpan(0, AesGcm.NonceByteSizes.MaxSize);
        var tag = sealedBytes.AsSpan(nonce.Length, AesGcm.TagByteSizes.MaxSize);
        var cipher = sealedBytes.AsSpan(nonce.Length + tag.Length);
        var plain = new byte[cipher.Length];
        using var aes = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        aes.Decrypt(nonce, cipher, tag, plain, Encoding.UTF8.GetBytes(context));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>
    /// The same under the active key; null where it is that already. Throws as <see cref="Decrypt(string, string)"/> does.
    /// </summary>
    public string? Renew(string encrypted, string context) =>
        encrypted.StartsWith($"{Prefix}{_activeKey}:", StringComparison.Ordinal) ? null : Encrypt(Decrypt(encrypted, context), context);

    /// <inheritdoc cref="Decrypt(string, string)"/>
    public byte[] Decrypt(byte[] encrypted, string context)
    {
        var base64 = Decrypt(Encoding.ASCII.GetString(encrypted), context);
        var plain = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, plain, out var length)
            ? plain[..length]
            : throw new CryptographicException("Not encrypted as bytes.");
    }

    private byte[] Seal(byte[] plain, string context)
    {
        var result = new byte[AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize + plain.Length];
        var nonce = result.AsSpan(0, AesGcm.NonceByteSizes.MaxSize);
        var tag = result.AsSpan(nonce.Length, AesGcm.TagByteSizes.MaxSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_keys[_activeKey], AesGcm.TagByteSizes.MaxSize);
        aes.Encrypt(nonce, plain, result.AsSpan(nonce.Length + tag.Length), tag, Encoding.UTF8.GetBytes(context));
        return result;
    }

    private static byte[] ReadKey(string id, string base64)
    {
        var key = new byte[KeyBytes];
        return Convert.TryFromBase64String(base64, key, out var written) && written == KeyBytes
            ? key
            : throw new DependencyMissingException($"Tokens:Keys:{id} is not a 256-bit key in base64.");
    }
}

public static class TokenCipherRegistration
{
    public static IServiceCollection AddTokenCipher(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddSingleton<Reencryptor>()
            .AddSingleton(_ => new TokenCipher(
                configuration.GetSection(TokenOptions.Section).Get<TokenOptions>() ?? new TokenOptions()));
}
