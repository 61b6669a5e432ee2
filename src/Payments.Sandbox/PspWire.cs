using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Payments.Sandbox;

/// <summary>How the emulated PSPs read a request and write an answer, where it is the same at each.</summary>
internal static class PspWire
{
    /// <summary>In bytes.</summary>
    public const int LongestBody = 64 * 1024;

    /// <summary>Null where it is longer than <see cref="LongestBody"/>.</summary>
    public static async Task<byte[]?> ReadBodyAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[8 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > LongestBody)
                return null;
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    /// <summary>Null where the text, in UTF-8, is no JSON object.</summary>
    public static JsonObject? ObjectIn(byte[] text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string[] SegmentsOf(string path) =>
        [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];

    /// <summary>What tells whether two requests under one key are the same: SHA-256, in hexadecimal.</summary>
    /// <param name="target">The path, with the method where a PSP has several that write.</param>
    /// <param name="body">As sent.</param>
    public static string FingerprintOf(string target, byte[] body) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(target + "\n"), .. body]));

    /// <summary>Of <c>Basic {id}:{secret}</c> with any id; null for anything else.</summary>
    public static string? BasicSecretIn(string authorization)
    {
        const string scheme = "Basic ";
        if (!authorization.StartsWith(scheme, StringComparison.Ordinal))
            return null;
        var bytes = new byte[authorization.Length];
        return Convert.TryFromBase64String(authorization[scheme.Length..], bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [{ Length: > 0 }, var secret]
                ? secret
                : null;
    }

    public static Task AnswerAsync(HttpContext context, PspReply reply) => AnswerAsync(context, reply.Status, reply.Json);

    /// <summary>Nobody is answered who has hung up.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="json">Null for no body.</param>
    public static async Task AnswerAsync(HttpContext context, int status, string? json)
    {
        if (context.RequestAborted.IsCancellationRequested)
            return;
        context.Response.StatusCode = status;
        if (json is null)
            return;
        var bytes = Encoding.UTF8.GetBytes(json);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
