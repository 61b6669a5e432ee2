using System.Text.Json;
using System.Text.Json.Nodes;

namespace Payments.Sandbox.Adyen;

/// <summary>A POST after authentication.</summary>
/// <param name="Account">Whose key it bears; also the name of its merchant account.</param>
/// <param name="Segments">The path after <c>/v72/</c>.</param>
/// <param name="Body">The JSON object sent.</param>
/// <param name="Key">The idempotency key.</param>
internal sealed record AdyenCall(string Account, string[] Segments, JsonObject Body, string? Key)
{
    public AdyenAmount? Amount =>
        Body["amount"] is JsonObject amount
        && amount["value"] is JsonValue value
        && value.TryGetValue<long>(out var units)
        && amount["currency"] is JsonValue currency
        && currency.GetValueKind() == JsonValueKind.String
            ? new AdyenAmount(units, currency.GetValue<string>())
            : null;

    /// <summary>Null where absent, empty or not a text.</summary>
    public string? Text(string name) => Text(Body, name);

    public static string? Text(JsonNode? parent, string name) =>
        parent is JsonObject json
        && json[name] is JsonValue value
        && value.GetValueKind() == JsonValueKind.String
        && value.GetValue<string>() is { Length: > 0 } text
            ? text
            : null;
}

/// <summary>As on the wire.</summary>
internal readonly record struct AdyenAmount(long Value, string Currency)
{
    public JsonObject ToJson(int skew = 0) => new() { ["currency"] = Currency, ["value"] = Value + skew };
}
