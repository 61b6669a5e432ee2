using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;

namespace Payments.Operations.Routing;

/// <summary>
/// A request as a question: the ids that may be left out are made, and tokens stay here. Each becomes another text of the
/// same length, wherever it stands, so that every rule finds what it would have found.
/// </summary>
internal static class RouteQuestion
{
    public static string Write(JsonElement body)
    {
        var request = JsonObject.Create(body.Clone())!;
        Fill(request, "paymentId");
        Fill(request, "idempotencyKey");
        var text = request.ToJsonString();
        foreach (var (token, number) in Tokens(request).Distinct().OrderByDescending(t => t.Length).Select((t, i) => (t, i)))
            text = text.Replace(Quoted(token), Quoted(Mask(token.Length, number)), StringComparison.Ordinal);
        return text;
    }

    private static void Fill(JsonObject request, string name)
    {
        if (!request.Any(member => name.Equals(member.Key, StringComparison.OrdinalIgnoreCase)))
            request[name] = Ulid.NewUlid().ToString();
    }

    /// <summary>Every text that a member named token has, at any depth.</summary>
    private static IEnumerable<string> Tokens(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m =>
            m.Key.Equals("token", StringComparison.OrdinalIgnoreCase)
            && m.Value is JsonValue value && value.TryGetValue(out string? token) && token.Length > 0
                ? [token]
                : Tokens(m.Value)),
        JsonArray items => items.SelectMany(Tokens),
        _ => [],
    };

    private static string Quoted(string text)
    {
        var json = JsonValue.Create(text).ToJsonString();
        return json[1..^1];
    }

    private static string Mask(int length, int number) => $"{number}".PadLeft(length, 'x')[^length..];
}
