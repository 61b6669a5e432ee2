using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Cli.Tests.Commands;

public sealed class RouteCommandTests
{
    [Fact]
    public async Task Explain_ForPeople_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Explained(ToA(), FailedOver())));
        var payctl = api.Payctl();

        (await payctl.Run("route explain -", "{}")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldHaveSingleItem().ShouldStartWith("POST /v1/routes/explain {\"paymentId\":");
        Approved.Verify(payctl.Out);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" --json")]
    public async Task Explain_AnOrderWithoutRoute_Is1(string option)
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Explained(ToA(), ToNobody())));
        var payctl = api.Payctl();

        (await payctl.Run($"route explain -{option}", "{}")).ShouldBe(ExitCodes.Refused);

        payctl.Out.ShouldContain("order-3: no connection, because no rule matches.");
    }

    [Fact]
    public async Task Explain_Json_IsTheContract()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Explained(ToA())));
        var payctl = api.Payctl();

        (await payctl.Run("route explain - --json", "{}")).ShouldBe(ExitCodes.Done);

        var explained = JsonSerializer.Deserialize<RouteExplained>(payctl.Out, ContractJson.Options)!;
        JsonSerializer.Serialize(explained, ContractJson.Options)
            .ShouldBe(JsonSerializer.Serialize(Explained(ToA()), ContractJson.Options));
    }

    [Fact]
    public async Task Explain_ARequestThatIsRefused_TellsTheReason()
    {
        await using var api = await FakeApi.Start((_, _) =>
            FakeApi.Problem(StatusCodes.Status400BadRequest, "The request breaks rules.", "orders: is missing."));
        var payctl = api.Payctl();

        (await payctl.Run("route explain -", "{}")).ShouldBe(ExitCodes.Refused);

        payctl.Error.ShouldContain("orders: is missing.");
        payctl.Out.ShouldBeEmpty();
    }

    private static RouteExplained Explained(params RouteChoice[] orders) =>
        new() { PaymentId = Examples.PaymentId, Orders = orders };

    private static RouteChoice ToA() => new()
    {
        OrderId = "order-1",
        Cause = "first_choice",
        Connection = "stripe-a",
        Rule = "rule 2 (any currency, country DE, any method)",
        Candidates =
        [
            Candidate("stripe-a", "chosen"), Candidate("stripe-b", "in_reserve", isUnhealthy: true),
            Candidate("adyen-eu", "no_credential"),
        ],
    };

    private static RouteChoice FailedOver() => ToA() with
    {
        OrderId = "order-2",
        Cause = "not_attempted",
        After = "breaker_open",
        Connection = "stripe-b",
        Candidates = [Candidate("stripe-b", "chosen", isUnhealthy: true), Candidate("stripe-a", "tried_before")],
    };

    private static RouteChoice ToNobody() =>
        new() { OrderId = "order-3", Cause = "first_choice", NoneBecause = "no_rule", Candidates = [] };

    private static RouteCandidate Candidate(string connection, string standing, bool isUnhealthy = false) => new()
    {
        Connection = connection,
        Psp = connection.Split('-')[0],
        Share = 1,
        Standing = standing,
        Unhealthy = isUnhealthy,
    };
}
