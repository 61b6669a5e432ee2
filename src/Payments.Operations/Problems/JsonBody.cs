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

    public static async Task<(JsonBody? Body, ProblemHttpResult? Refusal)> Read(
        HttpRequest request, CancellationToken cancellationToken)
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

        return Parse(bytes);
    }

    private static (JsonBody?, ProblemHttpResult?) Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var document = JsonDocument.Parse(bytes, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return (new JsonBody(document), null);
            document.Dispose();
            return (null, Refusal.Invalid(new FieldError("", "object", "The body must be a JSON object.")));
        }
        catch (JsonException exception)
        {
            // The reader's own message may quote the text, so it is not passed on.
            return (null, Refusal.Invalid(new FieldError(
                "", "json", $"The body must be JSON in UTF-8 with each name once; it breaks off in line {exception.LineNumber + 1}.")));
        }
    }

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
