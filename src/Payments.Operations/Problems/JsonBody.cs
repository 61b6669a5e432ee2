using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;

namespace Payments.Operations.Problems;

/// <summary>A request's body as a JSON object, or why it is none. It may hold tokens: it is never logged.</summary>
internal sealed class JsonBody : IDisposable
{
    public const int MaxBytes = 256 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly JsonDocument _document;

    private JsonBody(JsonDocument document) => _document = document;

    public JsonElement Root => _document.RootElement;

    public void Dispose() => _document.Dispose();

    /// <param name="request">Whose body it is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="free">A member in which the caller looks for card numbers by rules of its own.</param>
    public static async Task<(JsonBody? Body, ProblemHttpResult? Refusal)> Read(
        HttpRequest request, CancellationToken cancellationToken, string? free = null)
    {
        if (!request.HasJsonContentType())
        {
            return (null, Refusal.Create(
                StatusCodes.Status415UnsupportedMediaType, "not-json", "JSON is wanted.",
                "Send the body with content type application/json."));
        }

        if (await ReadBytes(request.Body, cancellationToken) is not { } bytes)
        {
            return (null, Refusal.Create(
                StatusCodes.Status413PayloadTooLarge, "too-large", "The body is too large.",
                $"A body may have up to {MaxBytes} bytes."));
        }

        return Parse(bytes, free);
    }

    private static (JsonBody?, ProblemHttpResult?) Parse(ReadOnlyMemory<byte> bytes, string? free)
    {
        try
        {
            var document = JsonDocument.Parse(bytes, Strict);
            if (Refuse(document.RootElement, free) is not { } errors)
                return (new JsonBody(document), null);
            document.Dispose();
            return (null, Refusal.Invalid(errors));
        }
        catch (JsonException exception)
        {
            // The reader's own message may quote the text, so it is not passed on.
            return (null, Refusal.Invalid(new FieldError(
                "", "json", $"The body must be JSON in UTF-8 with each name once{Where(exception)}.")));
        }
    }

    private static FieldError[]? Refuse(JsonElement root, string? free)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return [new FieldError("", "object", "The body must be a JSON object.")];
        if (!IsText(root))
            return [new FieldError("", "json", "The body must be JSON in UTF-8; a text in it is not valid Unicode.")];

        var fields = CardNumberFields.Find(root)
            .Where(f => free is null || !f.StartsWith($"{free}.", StringComparison.Ordinal)).ToArray();
        return fields.Length == 0
            ? null
            : [.. fields.Select(f =>
                new FieldError(f, "card_number", "Card numbers are not taken: send a token of a PSP."))];
    }

    /// <summary>
    /// The parser lets broken UTF-8 and half surrogate pairs pass, which only reading the text finds.
    /// </summary>
    private static bool IsText(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.Object => element.EnumerateObject().All(p => p.Name is not null && IsText(p.Value)),
                JsonValueKind.Array => element.EnumerateArray().All(IsText),
                JsonValueKind.String => element.GetString() is not null,
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Where(JsonException exception) =>
        exception.LineNumber is { } line ? $"; it is not in line {line + 1}" : "";

    /// <summary>Null when there are more than <see cref="MaxBytes"/>, whatever the length header says.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadBytes(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var read = await stream.ReadAsync(buffer.GetMemory(4096), cancellationToken);
            if (read == 0)
                return buffer.WrittenMemory;
            buffer.Advance(read);
            if (buffer.WrittenCount > MaxBytes)
                return null;
        }
    }
}
