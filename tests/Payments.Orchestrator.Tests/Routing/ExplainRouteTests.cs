using System.Text.Json.Nodes;
using Payments.Contracts;
using Payments.Orchestrator.Paying;
using Payments.Orchestrator.Routing;
using Payments.Orchestrator.Tests.Paying;

namespace Payments.Orchestrator.Tests.Routing;

public sealed class ExplainRouteTests
{
    private static readonly Ulid Payment = Ulid.NewUlid();

    [Fact]
    public void Answer_ToARequest_IsWhatAPaymentWouldTake()
    {
        var health = new ConnectionHealth();
        health.Replace(["stripe-a"]);

        var explained = Explain(Request(), health).ShouldBeOfType<RouteExplained>();

        explained.PaymentId.ShouldBe(Payment);
        var choice = explained.Orders.ShouldHaveSingleItem();
        var taken = TestRouting.Table().First(
            new RouteQuestion("order-1", $"{Payment}/order-1", "EUR", Method(), SeveralOrders: false), health.Unhealthy);
        choice.Sentence.ShouldBe(taken.Sentence);
        choice.Connection.ShouldBe("stripe-b");
        choice.Candidates.Single(c => c.Connection == "stripe-a").Unhealthy.ShouldBeTrue();
    }

    [Fact]
    public void Answer_ToABrokenRequest_NamesTheFields()
    {
        var request = Request();
        request["orders"]![0]!["amount"]!["currency"] = "XXX";

        var refused = Explain(request).ShouldBeOfType<RouteNotExplained>();

        refused.Errors.ShouldContain(e => e.Field == "orders[0].amount.currency");
    }

    [Fact]
    public void Answer_ToWhatIsNoJson_SaysSo() =>
        ExplainRouteConsumer.Answer("no json", TestRouting.Table(), new ConnectionHealth())
            .ShouldBeOfType<RouteNotExplained>().Errors.ShouldHaveSingleItem().Rule.ShouldBe("json");

    private static object Explain(JsonObject request, ConnectionHealth? health = null) =>
        ExplainRouteConsumer.Answer(request.ToJsonString(), TestRouting.Table(), health ?? new ConnectionHealth());

    private static PaymentMethod Method() => new()
    {
        Type = "card",
        Credentials = [new Credential { Psp = "stripe", Token = "pm_xxxxxxx0", Reusable = true }],
    };

    private static JsonObject Request() => new()
    {
        ["paymentId"] = Payment.ToString(),
        ["idempotencyKey"] = "key-1",
        ["merchantId"] = "shop",
        ["paymentMethod"] = new JsonObject
        {
            ["type"] = "card",
            ["credentials"] = new JsonArray(
                new JsonObject { ["psp"] = "stripe", ["token"] = "pm_xxxxxxx0", ["reusable"] = true }),
        },
        ["orders"] = new JsonArray(new JsonObject
        {
            ["orderId"] = "order-1",
            ["sellerId"] = "seller-1",
            ["amount"] = new JsonObject { ["amount"] = 1000, ["currency"] = "EUR" },
        }),
    };
}
