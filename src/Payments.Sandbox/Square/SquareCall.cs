using System.Text.Json.Nodes;

namespace Payments.Sandbox.Square;

/// <summary>A request after authentication.</summary>
/// <param name="Account">Whose token it bears.</param>
/// <param name="Method">GET, POST or PUT.</param>
/// <param name="Segments">The path after <c>/v2/</c>.</param>
/// <param name="Query">Of a GET.</param>
/// <param name="Body">Of a POST or PUT; empty where none was sent.</param>
internal sealed record SquareCall(
    string Account, string Method, string[] Segments, IQueryCollection Query, JsonObject Body)
{
    /// <summary>As at Square, with its leading slash.</summary>
    public string Path => "/v2/" + string.Join('/', Segments);

    /// <summary>Of a create, an update or a refund. A cancel by key names another request's key.</summary>
    public string? Key => Segments is ["payments", "cancel"] ? null : Text("idempotency_key");

    /// <summary>Null where absent or not a text.</summary>
    public string? Text(string name) => TextIn(Body, name);

    /// <summary>The amount and currency of a Money; null where absent or malformed.</summary>
    public static (long Amount, string Currency)? MoneyIn(JsonObject body, string name) =>
        body[name] is JsonObject money
        && money["amount"] is JsonValue amount && amount.TryGetValue<long>(out var number)
        && TextIn(money, "currency") is { } currency
            ? (number, currency)
            : null;

    private static string? TextIn(JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
