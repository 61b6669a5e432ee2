using System.Text;
using System.Text.Json.Nodes;
using Payments.Executor.Psp;

namespace Payments.Judges.Tests.Kit;

/// <summary>A request as it was on the wire.</summary>
/// <param name="Method">GET, POST ...</param>
/// <param name="Path">Relative to the PSP's address, query included, without a leading slash.</param>
/// <param name="Headers">All but those of the content and the connection.</param>
/// <param name="ContentType">Null where there was no body.</param>
/// <param name="Body">The bytes.</param>
internal sealed record SentRequest(
    string Method,
    string Path,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    string? ContentType,
    byte[] Body)
{
    /// <summary>What a request of an adapter would be, without credentials worth the name.</summary>
    public static SentRequest Of(PspRequest request) => new(
        request.Method,
        request.Path,
        [.. request.Headers, new("Authorization", "Bearer sk_test_judge")],
        request.ContentType,
        request.Body.ToArray());

    public static SentRequest Post(string path, string contentType, string body) =>
        new("POST", path, [new("Authorization", "Bearer sk_test_judge")], contentType, Encoding.UTF8.GetBytes(body));

    /// <summary>An operation at Braintree.</summary>
    public static SentRequest GraphQl(string query, string operationName, string variables) => Post(
        "graphql",
        "application/json",
        new JsonObject
        {
            ["query"] = query,
            ["operationName"] = operationName,
            ["variables"] = JsonNode.Parse(variables),
        }.ToJsonString());

    public override string ToString() => $"{Method} {Path.Split('?')[0]}";
}
