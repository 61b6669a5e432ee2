using System.Text.Json;

namespace Payments.Sandbox.Braintree;

/// <summary>A request after authentication.</summary>
/// <param name="Account">Whose keys it bears.</param>
/// <param name="Field">The one root field of the document that acts, such as <c>chargePaymentMethod</c>.</param>
/// <param name="Variables">As sent; an object.</param>
internal sealed record BraintreeCall(string Account, string Field, JsonElement Variables)
{
    public JsonElement Input => Object(Variables, "input");

    /// <summary>Of a mutation's input; null where absent, empty or no text.</summary>
    public string? this[params ReadOnlySpan<string> path]
    {
        get
        {
            var json = Input;
            foreach (var name in path[..^1])
                json = Object(json, name);
            return Text(json, path[^1]);
        }
    }

    public string? Variable(string name) => Text(Variables, name);

    private static JsonElement Object(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Object
            ? value
            : default;

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
