using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>Requests as foreign clients write them.</summary>
internal static class Requests
{
    /// <summary>A card number of the schemes' test ranges.</summary>
    public const string CardNumber = "4111111111111111";

    public const string Token = "tok_plain_secret_1";

    /// <summary>A valid request of two orders.</summary>
    public static JsonObject Valid() => JsonNode.Parse($$"""
        {
          "paymentId": "{{Ulid.NewUlid()}}",
          "idempotencyKey": "key-{{Ulid.NewUlid()}}",
          "merchantId": "demo-shop",
          "merchantReference": "basket 1001",
          "buyerId": "buyer-7",
          "paymentMethod": {
            "type": "card",
            "country": "DE",
            "credentials": [
              { "psp": "stripe", "token": "{{Token}}", "reusable": true },
              { "psp": "adyen", "token": "{{Token}}-adyen", "customerReference": "shopper-7" }
            ]
          },
          "fulfilmentPolicy": "BestEffort",
          "orders": [
            {
              "orderId": "order-1",
              "sellerId": "seller-books",
              "amount": { "amount": 2490, "currency": "EUR" },
              "platformFee": { "amount": 249, "currency": "EUR" },
              "description": "Two paperbacks"
            },
            { "orderId": "order-2", "sellerId": "seller-coffee", "amount": { "amount": 1350, "currency": "EUR" } }
          ],
          "metadata": { "campaign": "spring" },
          "requestedAt": "2026-03-01T12:00:00Z"
        }
        """)!.AsObject();

    public static JsonObject With(this JsonObject request, Action<JsonObject> change)
    {
        change(request);
        return request;
    }

    public static Ulid PaymentId(this JsonObject request) => Ulid.Parse((string)request["paymentId"]!);

    public static JsonObject WithNewPaymentId(this JsonObject request) =>
        request.DeepClone().AsObject().With(r => r["paymentId"] = Ulid.NewUlid().ToString());

    public static byte[] Bytes(this JsonNode request) => Encoding.UTF8.GetBytes(request.ToJsonString());

    public static RequestReading Read(this JsonNode request) => Read(request.ToJsonString());

    public static RequestReading Read(string json) =>
        RequestReader.Read(RequestBody.Parse(Encoding.UTF8.GetBytes(json)));

    /// <summary>The broken rules as <c>field: rule</c>.</summary>
    public static string[] ErrorsOf(this RequestReading reading) =>
        reading is BrokenRequest broken ? [.. broken.Errors.Select(e => $"{e.Field}: {e.Rule}")] : [];

    /// <summary>The envelope that MassTransit's clients send.</summary>
    public static JsonObject Enveloped(this JsonObject request) => new()
    {
        ["messageId"] = "e7dd0000-1111-2222-3333-444455556666",
        ["conversationId"] = "e7dd0000-1111-2222-3333-444455556667",
        ["messageType"] = new JsonArray("urn:message:Payments.Contracts:PaymentRequested"),
        ["message"] = request.DeepClone(),
        ["headers"] = new JsonObject(),
    };

    public static T As<T>(this JsonNode message) => message.Deserialize<T>(ContractJson.Options)!;
}
