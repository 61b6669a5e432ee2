using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Braintree;

/// <summary>The queries. Called under the book's lock.</summary>
internal sealed class BraintreeReads(Book book, IOptions<SandboxOptions> options)
{
    public BraintreeReply Do(BraintreeCall call) => call.Field switch
    {
        "ping" => new BraintreeReply(200, new JsonObject { ["ping"] = "pong" }),
        "node" => Node(call),
        "search" => new BraintreeReply(200, new JsonObject { ["search"] = Search(call) }),
        "node+search" => Node(call) is { Data: { } data } found
            ? found with { Data = new JsonObject { ["node"] = data["node"]!.DeepClone(), ["search"] = Search(call) } }
            : BraintreeErrors.NotFound(),
        _ => throw new InvalidOperationException($"{call.Field} is no query."),
    };

    private BraintreeReply Node(BraintreeCall call)
    {
        if (BraintreeObjects.LegacyIdOf(call.Variable("id")) is not { } id)
            return BraintreeErrors.NotFound();
        if (book.Find(call.Account, id) is { } intent)
            return Found(BraintreeObjects.Transaction(intent));
        foreach (var charged in book.NewestFirst(call.Account))
        {
            if (charged.Refunds.Find(r => r.Id == id) is { } refund)
                return Found(BraintreeObjects.Refund(charged, refund));
        }

        return BraintreeErrors.NotFound();
    }

    private static BraintreeReply Found(JsonObject node) => new(200, new JsonObject { ["node"] = node });

    private JsonObject Search(BraintreeCall call)
    {
        var indexedUntil = book.UnixNow() - options.Value.SearchLagSeconds;
        var orderId = call.Variable("orderId");
        var edges = book.NewestFirst(call.Account)
            .Where(i => i.Created <= indexedUntil && i.Metadata.GetValueOrDefault("reference") == orderId)
            .Select(i => new JsonObject { ["node"] = BraintreeObjects.Transaction(i) });
        return new JsonObject
        {
            ["transactions"] = new JsonObject
            {
                ["edges"] = new JsonArray([.. edges]),
                ["pageInfo"] = new JsonObject { ["hasNextPage"] = false },
            },
        };
    }
}
