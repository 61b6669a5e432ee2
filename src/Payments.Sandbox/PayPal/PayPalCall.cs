using System.Text.Json.Nodes;

namespace Payments.Sandbox.PayPal;

/// <summary>A request after authentication.</summary>
/// <param name="Account">Whose access token it bears.</param>
/// <param name="Method">GET or POST.</param>
/// <param name="Segments">The path, from its version on.</param>
/// <param name="Query">Of a GET.</param>
/// <param name="Body">Of a POST; empty where none was sent.</param>
/// <param name="RequestId"><c>PayPal-Request-Id</c>.</param>
/// <param name="WantsAll">Whether <c>Prefer</c> asks for the whole object and not only for id, status and links.</param>
/// <param name="Mocked">The code of <c>PayPal-Mock-Response</c>.</param>
internal sealed record PayPalCall(
    string Account,
    string Method,
    string[] Segments,
    IQueryCollection Query,
    JsonObject Body,
    string? RequestId,
    bool WantsAll,
    string? Mocked)
{
    private static readonly TimeSpan OrderKeyLifetime = TimeSpan.FromHours(6);
    private static readonly TimeSpan PaymentKeyLifetime = TimeSpan.FromDays(45);

    public string Path => "/" + string.Join('/', Segments);

    /// <summary>An id counts for one kind of call only.</summary>
    public string? Key => RequestId is null ? null : $"{Segments[^1]}|{RequestId}";

    public TimeSpan KeyLifetime => Segments is ["v2", "checkout", ..] ? OrderKeyLifetime : PaymentKeyLifetime;

    /// <summary>Null where absent or not a text.</summary>
    public static string? TextIn(JsonNode? json, string name) =>
        json is JsonObject body && body[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0
            ? text
            : null;
}
