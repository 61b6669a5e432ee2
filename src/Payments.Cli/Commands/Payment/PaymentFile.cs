using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;

namespace Payments.Cli.Commands.Payment;

/// <summary>A request read from a file or from standard input, its ids filled in where it has none.</summary>
internal sealed record PaymentFile(byte[] Body, string IdempotencyKey, string PaymentId)
{
    private const string StandardInput = "-";

    public static async Task<PaymentFile> Read(Shell shell, string path, CancellationToken cancellationToken)
    {
        var request = Parse(await ReadText(shell, path, cancellationToken), path);
        var paymentId = Fill(request, "paymentId", Ulid.NewUlid().ToString());
        var key = Fill(request, "idempotencyKey", paymentId);
        return new PaymentFile(JsonSerializer.SerializeToUtf8Bytes(request), key, paymentId);
    }

    private static async Task<string> ReadText(Shell shell, string path, CancellationToken cancellationToken)
    {
        if (path == StandardInput)
            return await shell.In.ReadToEndAsync(cancellationToken);
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandException.WrongUsage($"Cannot read {path}: {exception.Message}");
        }
    }

    private static JsonObject Parse(string text, string path)
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
            return JsonNode.Parse(text, documentOptions: options) as JsonObject
                ?? throw CommandException.Refused($"{path} does not hold a JSON object.");
        }
        catch (JsonException exception)
        {
            throw CommandException.Refused($"{path} is not JSON with each name once: line {exception.LineNumber + 1}.");
        }
    }

    /// <summary>What is there stays, even if it is not text: the service says what is wrong with it.</summary>
    private static string Fill(JsonObject request, string name, string value)
    {
        if (request[name] is { } known)
            return known.GetValueKind() == JsonValueKind.String ? known.GetValue<string>() : known.ToJsonString();
        request[name] = value;
        return value;
    }
}
