using System.Text.Json;
using System.Text.Json.Nodes;

namespace Payments.Cli.Commands;

/// <summary>A JSON object in a file or on standard input.</summary>
internal static class JsonFile
{
    private const string StandardInput = "-";

    public static async Task<JsonObject> Read(Shell shell, string path, CancellationToken cancellationToken) =>
        Parse(await ReadText(shell, path, cancellationToken), path);

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
}
