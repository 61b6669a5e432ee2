using System.Globalization;
using System.Security.Cryptography;

namespace Payments.Executor.Psp;

/// <summary>What the schemes of signed notifications have in common.</summary>
internal static class Signatures
{
    /// <summary>Clocks differ; nobody signs further ahead of ours.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>Whether any of the signatures is one of those expected. Each pair is compared, in constant time.</summary>
    public static bool AnyMatches(IEnumerable<byte[]> expected, IReadOnlyCollection<byte[]> given)
    {
        var matches = false;
        foreach (var one in expected)
        {
            foreach (var other in given)
                matches |= CryptographicOperations.FixedTimeEquals(one, other);
        }

        return matches;
    }

    /// <summary>Whether a signed time is neither older than the tolerance nor in the future.</summary>
    public static bool IsTimely(DateTimeOffset signedAt, DateTimeOffset now, TimeSpan tolerance) =>
        now - signedAt <= tolerance && signedAt - now <= (tolerance < Ahead ? tolerance : Ahead);

    public static byte[]? FromHex(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static byte[]? FromBase64(string? text)
    {
        var bytes = new byte[text?.Length ?? 0];
        return text is not null && Convert.TryFromBase64String(text, bytes, out var written) ? bytes[..written] : null;
    }

    /// <summary>What identifies a notification that has no usable id.</summary>
    public static string HashOf(ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(body))}");

    /// <summary>A notification that is genuine and not understood: it is kept.</summary>
    public static WebhookNotification Unreadable(ReadOnlyMemory<byte> body) => new()
    {
        EventId = HashOf(body.Span),
        Type = WebhookNotification.UnreadableType,
    };

    /// <summary>One or two secrets, as most schemes want them.</summary>
    public static IEnumerable<string> WrongSecrets(WebhookOptions settings, Func<string, bool> isSecret, string rule)
    {
        if (settings.Secrets.Length is 0 or > WebhookOptions.MostSecrets)
            yield return $"Secrets has {settings.Secrets.Length} entries; it must have one, or two while one replaces another.";
        for (var i = 0; i < settings.Secrets.Length; i++)
        {
            if (!isSecret(settings.Secrets[i]))
                yield return $"Secrets:{i} {rule}";
        }
    }
}
