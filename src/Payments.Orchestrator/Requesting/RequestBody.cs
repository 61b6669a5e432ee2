using System.Text.Json;
using System.Text.Unicode;

namespace Payments.Orchestrator.Requesting;

/// <summary>From bytes to the JSON of the request, whether it came plain or in MassTransit's envelope.</summary>
internal static class RequestBody
{
    /// <summary>Largest body, in bytes: 256 kB.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Deepest nesting of objects and arrays.</summary>
    public const int MaxDepth = 32;

    private const string EnvelopeMediaType = "application/vnd.masstransit+json";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <exception cref="NotJsonException">Too large, not UTF-8, too deep, or not JSON.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxBytes)
            throw new NotJsonException($"The body has {body.Length} bytes; {MaxBytes} are the limit.");
        if (!Utf8.IsValid(body.Span))
            throw new NotJsonException("The body is not UTF-8.");
        if (body.Span.StartsWith(ByteOrderMark))
            body = body[ByteOrderMark.Length..];

        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            // Its own message may quote the body.
            var (line, position) = (exception.LineNumber + 1, exception.BytePositionInLine + 1);
            throw new NotJsonException($"Not JSON of at most {MaxDepth} levels: line {line}, byte {position}.");
        }
    }

    /// <summary>The request inside the body. What the content type says counts only with what is there.</summary>
    public static JsonElement FindRequest(JsonElement body, string? mediaType)
    {
        if (JsonText.Find(body, "message") is not { } message)
            return body;

        var saysEnvelope = string.Equals(mediaType, EnvelopeMediaType, StringComparison.OrdinalIgnoreCase);
        var isEnvelope = JsonText.Find(body, "messageType") is { ValueKind: JsonValueKind.Array };
        return saysEnvelope || isEnvelope ? message : body;
    }
}
