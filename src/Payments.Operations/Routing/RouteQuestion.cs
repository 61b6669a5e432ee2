using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;

namespace Payments.Operations.Routing;

/// <summary>
/// A request as a question: the ids that may be left out are made, and tokens stay here. Each becomes another text of the
/// same length, wherever the front door would look for it, so that every rule finds what it would have found.
/// </summary>
internal static class RouteQuestion
{
    /// <summary>The front door looks for tokens outside their field from this length on.</summary>
    private const int ShortestSecret = 8;

    public static string Write(JsonElement body)
    {
        var request = JsonObject.Create(body.Clone())!;
        Fill(request, "paymentId");
        Fill(request, "idempotencyKey");
        var masks = Tokens(request).Distinct().OrderByDescending(token => token.Length)
            .Select((token, number) => (token, $"{number}".PadLeft(token.Length, 'x')[^token.Length..])).ToArray();
        return Masked(request, masks)!.ToJsonString();
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
            IsToken(m.Key) && TextOf(m.Value) is { Length: > 0 } token ? [token] : Tokens(m.Value)),
        JsonArray items => items.SelectMany(Tokens),
        _ => [],
    };

    private static JsonNode? Masked(JsonNode? node, (string Token, string Mask)[] masks)
    {
        switch (node)
        {
            case JsonObject members:
                var masked = new JsonObject();
                foreach (var (name, value) in members)
                {
                    masked[Masked(name, masks)] = IsToken(name) && TextOf(value) is { } token
                        ? masks.FirstOrDefault(m => m.Token == token).Mask ?? token
                        : Masked(value, masks);
                }

                return masked;
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Masked(item, masks))]);
            default:
                return TextOf(node) is { } text ? Masked(text, masks) : node?.DeepClone();
        }
    }

    private static string Masked(string text, (string Token, string Mask)[] masks) => masks
        .Where(m => m.Token.Length >= ShortestSecret)
        .Aggregate(text, (masked, m) => masked.Replace(m.Token, m.Mask, StringComparison.Ordinal));

    private static bool IsToken(string name) => name.Equals("token", StringComparison.OrdinalIgnoreCase);

    private static string? TextOf(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
