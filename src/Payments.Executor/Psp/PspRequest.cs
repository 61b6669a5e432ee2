using System.Text.Json;

namespace Payments.Executor.Psp;

/// <summary>
/// A request exactly as it goes out and, on a replay, goes out again: all but the credentials, which are added when it
/// is sent. Holds the payment-method token, so its bytes are stored encrypted.
/// </summary>
internal sealed record PspRequest
{
    private const int FormatVersion = 1;

    /// <summary>GET, POST ...</summary>
    public required string Method { get; init; }

    /// <summary>Relative to the connection's base address, query included, without a leading slash.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The headers that matter, such as the idempotency key and the API version, in the order they are sent.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Null where there is no body.</summary>
    public string? ContentType { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The bytes to store. <see cref="FromBytes"/> gives back an equal request.</summary>
    public byte[] ToBytes()
    {
        StoredHeader[] headers = [.. Headers.Select(h => new StoredHeader(h.Key, h.Value))];
        return JsonSerializer.SerializeToUtf8Bytes(
            new Stored(FormatVersion, Method, Path, headers, ContentType, Body.ToArray()));
    }

    /// <exception cref="FormatException">The bytes are not a stored request of a version known here.</exception>
    public static PspRequest FromBytes(ReadOnlySpan<byte> bytes)
    {
        Stored? stored;
        try
        {
            stored = JsonSerializer.Deserialize<Stored>(bytes);
        }
        catch (JsonException exception)
        {
            throw new FormatException("The bytes are not a stored PSP request.", exception);
        }

        if (stored is not
            {
                Version: FormatVersion, Method: not null, Path: not null, Headers: not null, Body: not null,
            })
        {
            throw new FormatException("The bytes are not a stored PSP request of a known version.");
        }

        return new PspRequest
        {
            Method = stored.Method,
            Path = stored.Path,
            Headers = [.. stored.Headers.Select(h => KeyValuePair.Create(h.Name, h.Value))],
            ContentType = stored.ContentType,
            Body = stored.Body,
        };
    }

    public override string ToString() => $"{Method} {Path.Split('?')[0]}";

    private sealed record Stored(
        int Version, string Method, string Path, StoredHeader[] Headers, string? ContentType, byte[] Body);

    private sealed record StoredHeader(string Name, string Value);
}
