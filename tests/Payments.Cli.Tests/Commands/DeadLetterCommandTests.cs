using System.Text.Json;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Cli.Tests.Commands;

public sealed class DeadLetterCommandTests
{
    private static readonly DateTimeOffset Failed = DateTimeOffset.Parse("2026-01-31T13:00:00Z");
    private static readonly Ulid Id = Ulid.Parse("01JDA5V9R0ZB3T6M8Q2X4Y7W1K");

    [Fact]
    public async Task Groups_ForPeople_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(
            new DeadLetterGroupPage { Groups = [Group("fault"), Group("skipped")], Total = 7 }));
        var payctl = api.Payctl();

        (await payctl.Run("deadletter groups --endpoint wallets --text bewitched --limit 2")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe(["GET /v1/dead-letters/groups?endpoint=wallets&text=bewitched&limit=2"]);
        payctl.Error.ShouldBe("2 of 7 groups; --limit shows more.\n");
        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task List_ForPeople_IsApproved()
    {
        await using var api = await FakeApi.Start((request, _) => FakeApi.Json(new DeadLetterPage
        {
            Letters = [Letter(request.Query.ContainsKey("cursor") ? null : Id)],
            Total = 2,
            Next = request.Query.ContainsKey("cursor") ? null : "further",
        }));
        var payctl = api.Payctl();

        (await payctl.Run("deadletter list --payment-state Crediting --min-amount 100")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe(
        [
            "GET /v1/dead-letters?paymentState=Crediting&minAmount=100&limit=50",
            "GET /v1/dead-letters?paymentState=Crediting&minAmount=100&cursor=further&limit=49",
        ]);
        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task List_Json_IsTheContractALine()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(new DeadLetterPage { Letters = [Letter(Id)], Total = 1 }));
        var payctl = api.Payctl();

        await payctl.Run("deadletter list --json");

        payctl.Out.ShouldBe($"{JsonSerializer.Serialize(Letter(Id), ContractJson.Options)}\n");
    }

    [Fact]
    public async Task List_OfNothing_SaysSo()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(new DeadLetterPage { Letters = [], Total = 0 }));
        var payctl = api.Payctl();

        (await payctl.Run("deadletter list")).ShouldBe(ExitCodes.Done);

        payctl.Error.ShouldBe("No dead letter is of that kind.\n");
    }

    [Fact]
    public async Task Show_ALetter_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Details()));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter show {Id}")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe([$"GET /v1/dead-letters/{Id}"]);
        payctl.Error.ShouldBe("The body goes on; this is its beginning.\n");
        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task Show_ABodyThatWouldSteerATerminal_IsHarmless()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Details() with { Body = "a\u001b[2Jb\r\nc\td" }));
        var payctl = api.Payctl();

        await payctl.Run($"deadletter show {Id}");

        payctl.Out.ShouldContain("a\uFFFD[2Jb\uFFFD\nc\td");
    }

    [Fact]
    public async Task Show_AnUnknownLetter_IsRefused()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Problem(404, "No such dead letter.", "None."));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter show {Id}")).ShouldBe(ExitCodes.Refused);
        payctl.Error.ShouldBe($"No dead letter {Id} is known.\n");
        (await payctl.Run("deadletter show 7")).ShouldBe(ExitCodes.WrongUsage);
    }

    [Fact]
    public async Task Queues_ForPeople_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(new QueueList
        {
            Queues = [Queue("wallets", false, 0), Queue("wallets_error", true, 3) with { NotEmptySince = Failed }, Queue("wallets_skipped", true, 0)],
        }));
        var payctl = api.Payctl();

        (await payctl.Run("queue list")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe(["GET /v1/queues"]);
        Approved.Verify(payctl.Out);
        await payctl.Run("queue list --all --json");
        payctl.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(3);
    }

    private static DeadLetterGroup Group(string reason) => new()
    {
        GroupId = Id,
        Endpoint = "wallets",
        Reason = reason,
        MessageType = "Payments.Contracts:CreditWallets",
        ExceptionType = reason == "fault" ? "System.InvalidOperationException" : null,
        Frame = reason == "fault" ? "Payments.Wallets.Crediting.CreditDecision.Decide" : null,
        State = reason == "fault" ? "open" : "muted",
        Assignee = reason == "fault" ? "rosa" : null,
        MutedUntil = reason == "fault" ? null : Failed.AddDays(1),
        Letters = 500,
        Open = 499,
        LastHour = 12,
        LastDay = 480,
        FirstSeen = Failed.AddDays(-1),
        LastSeen = Failed,
        AtRisk = [new Money(123_456, Currency.Eur), new Money(1999, Currency.Usd)],
    };

    internal static DeadLetterSummary Letter(Ulid? payment) => new()
    {
        LetterId = Id,
        GroupId = Id,
        State = "open",
        Queue = "wallets_error",
        Endpoint = "wallets",
        Reason = "fault",
        FailedAt = Failed,
        CollectedAt = Failed.AddSeconds(1),
        MessageType = "Payments.Contracts:CreditWallets",
        PaymentId = payment,
        OrderIds = payment is null ? [] : ["1", "2"],
        Amount = new Money(1999, Currency.Usd),
        PaymentState = payment is null ? null : "Crediting",
        WaitsFor = payment is null ? null : "wallets",
        AtRisk = payment is null ? null : new Money(1999, Currency.Usd),
        ExceptionType = "System.InvalidOperationException",
        ExceptionMessage = $"The wallet is bewitched.\n{new string('x', 100)}",
    };

    internal static DeadLetterDetails Details() => new()
    {
        Letter = Letter(Id),
        MessageId = "m-1",
        ContentType = "application/vnd.masstransit+json",
        SellerIds = ["seller-books"],
        MerchantId = "demo-shop",
        OperationId = $"{Id}/credit/1",
        Exceptions = [new DeadLetterException("System.InvalidOperationException", "The wallet is bewitched.")],
        StackTrace = "   at Payments.Wallets.Crediting.CreditDecision.Decide()",
        Consumer = "Payments.Wallets.Crediting.CreditWalletsConsumer",
        Host = "worker-7/42 Payments.Wallets 1.2.0.0",
        Retries = 4,
        Headers = JsonSerializer.SerializeToElement(new { exchange = "wallets_error" }),
        BodyKind = "json",
        BodyBytes = 70_000,
        BodySha256 = "ab12",
        Body = """{"message":{}}""",
        BodyIsCut = true,
        CardNumbers = 2,
        Discard = new DeadLetterDiscard
        {
            DiscardedBy = "ada",
            DiscardedAt = Failed.AddHours(1),
            Reason = "the shop took it back",
            Money = new MoneyStatement(MoneyStatements.Compensated, "PAY-7"),
        },
        Edit = Edited() with { EditedBy = "rosa", Reason = "wrong seller", EditedAt = Failed.AddMinutes(30) },
        Notes = [new DeadLetterNote { NoteId = Id, Text = "Asked the shop.", Link = "PAY-8", WrittenBy = "ada", WrittenAt = Failed }],
        Payment = Examples.After(3, "Crediting"),
    };

    private static DeadLetterEdit Edited() => new()
    {
        EditId = Id,
        LetterId = Id,
        ChangesMoney = true,
        Diff =
        [
            new DeadLetterEditedValue(
                "lines[0].amount.amount", JsonSerializer.SerializeToElement(700), JsonSerializer.SerializeToElement(800)),
            new DeadLetterEditedValue("notAfter", null, JsonSerializer.SerializeToElement("2026-02-01T00:00:00Z")),
        ],
        ReplayId = Id,
        ReplayState = "awaiting_approval",
    };

    private static QueueDetails Queue(string name, bool dead, long ready) => new()
    {
        Queue = name,
        HoldsDeadLetters = dead,
        Ready = ready,
        Unacknowledged = dead ? 0 : 1,
        Consumers = 1,
        PublishedPerSecond = 12.34,
        DeliveredPerSecond = 12.3,
        AcknowledgedPerSecond = 12.3,
        RedeliveredPerSecond = 0,
    };
}
