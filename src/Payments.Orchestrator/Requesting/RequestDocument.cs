using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// A request as JSON with everything that came: the contract's members under the contract's names, and beside them
/// those that no contract names. It is what is stored, and what is hashed to tell one request from another.
/// </summary>
internal static class RequestDocument
{
    private const string PaymentId = "paymentId";
    private const string RequestedAt = "requestedAt";

    /// <summary>The request's JSON.</summary>
    public static string Write(PaymentRequested request, IReadOnlyList<ExtraField> extras) =>
        extras.Count == 0 ? JsonSerializer.Serialize(request, ContractJson.Options) : Merge(request, extras).ToJsonString();

    /// <summary>
    /// SHA-256 of the canonical form without payment id and time: a client that asks again may well make those anew.
    /// What the contract has a default for counts as given.
    /// </summary>
    public static byte[] Hash(PaymentRequested request, IReadOnlyList<ExtraField> extras) =>
        Hash(
            extras.Count == 0
                ? JsonSerializer.SerializeToElement(request, ContractJson.Options)
                : JsonSerializer.SerializeToElement(Merge(request, extras)),
            mask: false);

    /// <summary>The same for what is no valid request, with card numbers masked.</summary>
    public static byte[] HashBroken(JsonElement value) => Hash(value, mask: true);

    private static byte[] Hash(JsonElement value, bool mask)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            CanonicalJson.Write(writer, value, mask, PaymentId, RequestedAt);
        return SHA256.HashData(buffer.WrittenSpan);
    }

    private static JsonObject Merge(PaymentRequested request, IReadOnlyList<ExtraField> extras)
    {
        // By way of an element: a node that the options made would take metadata "a" and "A" for one.
        var document = JsonObject.Create(JsonSerializer.SerializeToElement(request, ContractJson.Options))!;
        foreach (var extra in extras)
            Locate(document, extra.Owner)[extra.Name] = JsonSerializer.SerializeToNode(extra.Value);
        return document;
    }

    private static JsonNode Locate(JsonNode document, FieldPath path)
    {
        if (path.Parent is not { } parent)
            return document;

        var owner = Locate(document, parent);
        return owner is JsonArray items ? items[int.Parse(path.Step)]! : owner[path.Step]!;
    }
}
