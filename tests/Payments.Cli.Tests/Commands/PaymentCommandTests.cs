using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Cli.Tests.Commands;

public sealed class PaymentCommandTests
{
    private static readonly string Id = Examples.PaymentId.ToString();

    [Fact]
    public async Task Show_APayment_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Examples.After(3)));
        var payctl = api.Payctl();

        (await payctl.Run($"payment show {Id}")).ShouldBe(ExitCodes.Done);

        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task Show_Json_IsTheContract()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Examples.After(3)));
        var payctl = api.Payctl();

        await payctl.Run($"payment show {Id} --json");

        var shown = JsonSerializer.Deserialize<PaymentDetails>(payctl.Out, ContractJson.Options)!;
        JsonSerializer.Serialize(shown, ContractJson.Options)
            .ShouldBe(JsonSerializer.Serialize(Examples.After(3), ContractJson.Options));
    }

    [Fact]
    public async Task ShowWatch_UntilTerminal_PrintsEachStepOnce()
    {
        var asked = 0;
        await using var api = await FakeApi.Start((_, _) =>
            FakeApi.Json(Examples.After(Interlocked.Increment(ref asked))));
        var payctl = api.Payctl();

        (await payctl.Run($"payment show {Id} --watch")).ShouldBe(ExitCodes.Done);

        Approved.Verify(payctl.Out);
    }

    [Theory]
    [InlineData("Completed", ExitCodes.Done)]
    [InlineData("PartiallyCompleted", ExitCodes.Done)]
    [InlineData("Failed", ExitCodes.Refused)]
    [InlineData("Rejected", ExitCodes.Refused)]
    [InlineData("Parked", ExitCodes.Refused)]
    public async Task PublishWatch_End_DecidesTheExitCode(string state, int exitCode)
    {
        await using var api = await FakeApi.Start((request, _) => request.Method == "POST"
            ? FakeApi.Json(new PaymentAccepted { PaymentId = Examples.PaymentId }, 202)
            : FakeApi.Json(Examples.After(4, state)));

        (await api.Payctl().Run("payment publish - --watch", "{}")).ShouldBe(exitCode);
    }

    [Fact]
    public async Task PublishWatch_NotStartedYet_WaitsForIt()
    {
        var asked = 0;
        await using var api = await FakeApi.Start((request, _) => request.Method == "POST"
            ? FakeApi.Json(new PaymentAccepted { PaymentId = Examples.PaymentId }, 202)
            : Interlocked.Increment(ref asked) < 3 ? FakeApi.Problem(404, "No such payment.", "")
            : FakeApi.Json(Examples.After(4)));

        (await api.Payctl().Run("payment publish - --watch", "{}")).ShouldBe(ExitCodes.Done);
    }

    [Fact]
    public async Task PublishWatch_AwayForAMoment_AsksAgain()
    {
        var asked = 0;
        await using var api = await FakeApi.Start((request, _) => request.Method == "POST"
            ? FakeApi.Json(new PaymentAccepted { PaymentId = Examples.PaymentId }, 202)
            : Interlocked.Increment(ref asked) < 3 ? FakeApi.Problem(503, "Not available now.", "Send the same request again.")
            : FakeApi.Json(Examples.After(4)));
        var payctl = api.Payctl();

        (await payctl.Run("payment publish - --watch", "{}")).ShouldBe(ExitCodes.Done);

        payctl.Error.Split('\n').Count(l => l.Contains("Not available now.")).ShouldBe(1);
    }

    [Fact]
    public async Task ShowWatch_NeverAnswered_EndsAtOnce()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Problem(503, "Not available now.", ""));

        (await api.Payctl().Run($"payment show {Id} --watch")).ShouldBe(ExitCodes.CannotReach);

        api.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Publish_WithoutIds_FillsThemIn()
    {
        string? key = null;
        await using var api = await FakeApi.Start((request, body) =>
        {
            key = request.Headers["Idempotency-Key"];
            var paymentId = Ulid.Parse((string)JsonNode.Parse(body)!["paymentId"]!);
            return FakeApi.Json(new PaymentAccepted { PaymentId = paymentId }, 202);
        });
        var payctl = api.Payctl();

        (await payctl.Run("payment publish - --json", """{"merchantId":"m1","amount":1.50}"""))
            .ShouldBe(ExitCodes.Done);

        var sent = api.Requests.ShouldHaveSingleItem();
        var printed = JsonNode.Parse(payctl.Out)!;
        ((string)printed["idempotencyKey"]!).ShouldBe(key);
        sent.ShouldContain($"\"paymentId\":\"{printed["paymentId"]}\"");
        // Numbers go out as they were written.
        sent.ShouldContain("\"amount\":1.50");
    }

    [Fact]
    public async Task Publish_WithIds_KeepsThem()
    {
        string? key = null;
        await using var api = await FakeApi.Start((request, _) =>
        {
            key = request.Headers["Idempotency-Key"];
            return FakeApi.Json(new PaymentAccepted { PaymentId = Examples.PaymentId }, 202);
        });

        await api.Payctl().Run("payment publish -", $$"""{"paymentId":"{{Id}}","idempotencyKey":"mine"}""");

        key.ShouldBe("mine");
        api.Requests.ShouldHaveSingleItem().ShouldContain(Id);
    }

    [Fact]
    public async Task List_SeveralPages_FollowsTheCursor()
    {
        await using var api = await FakeApi.Start((request, _) => FakeApi.Json(new PaymentPage
        {
            Payments = [.. Enumerable.Repeat(Summary(), int.Parse(request.Query["limit"]!))],
            Next = "more",
        }));
        var payctl = api.Payctl();

        (await payctl.Run("payment list --state Parked --limit 250 --json")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe(
        [
            "GET /v1/payments?state=Parked&limit=200",
            "GET /v1/payments?state=Parked&cursor=more&limit=50",
        ]);
        payctl.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(250);
        payctl.Error.ShouldContain("more than 250");
    }

    [Fact]
    public async Task List_ForPeople_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) =>
            FakeApi.Json(new PaymentPage { Payments = [Summary(), Summary()] }));
        var payctl = api.Payctl();

        await payctl.Run("payment list");

        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task Resume_NameAndReason_ArePassedOn()
    {
        await using var api = await FakeApi.Start((_, _) =>
            FakeApi.Json(new PaymentAccepted { PaymentId = Examples.PaymentId }, 202));

        (await api.Payctl().Run($"payment resume {Id} --as ann --reason mended")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe([$$"""POST /v1/payments/{{Id}}/resume {"requestedBy":"ann","reason":"mended"}"""]);
    }

    [Theory]
    [InlineData("Completed", ExitCodes.Done)]
    [InlineData("PartiallyCompleted", ExitCodes.Refused)]
    public async Task Demo_End_DecidesTheExitCode(string state, int exitCode)
    {
        await using var api = await FakeApi.Start((request, _) => Answer(request, state));

        (await api.Payctl().Run("demo -", "{}")).ShouldBe(exitCode);
    }

    [Fact]
    public async Task Demo_Output_IsApproved()
    {
        await using var api = await FakeApi.Start((request, _) => Answer(request, "Completed"));
        var payctl = api.Payctl();

        await payctl.Run("demo -", """{"idempotencyKey":"key-7"}""");

        Approved.Verify(payctl.Out);
    }

    private static IResult Answer(HttpRequest request, string end) => request.Path.Value!.Split('/') switch
    {
        [.., "books"] => FakeApi.Json(Examples.Books()),
        [.., var seller, "balances"] => FakeApi.Json(Examples.Balances(seller)),
        _ when request.Method == "POST" => FakeApi.Json(new PaymentAccepted { PaymentId = Examples.PaymentId }, 202),
        _ => FakeApi.Json(Examples.After(4, end)),
    };

    private static PaymentSummary Summary() => new()
    {
        PaymentId = Examples.PaymentId,
        MerchantId = "demo-shop",
        State = "Parked",
        Amount = new Money(5000, Currency.Kwd),
        Reason = "refund_refused",
        AcceptedAt = Examples.After(1).AcceptedAt,
        UpdatedAt = Examples.After(1).UpdatedAt,
    };
}
