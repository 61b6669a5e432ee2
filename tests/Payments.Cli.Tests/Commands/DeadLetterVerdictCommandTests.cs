using System.Text.Json;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Cli.Tests.Commands;

public sealed class DeadLetterVerdictCommandTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-31T13:00:00Z");
    private static readonly Ulid Id = Ulid.Parse("01JDA5V9R0ZB3T6M8Q2X4Y7W1K");

    [Fact]
    public async Task Verdict_OfALetterForPeople_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Verdict()));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter verdict {Id}")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe([$"GET /v1/dead-letters/{Id}/verdict"]);
        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task Verdict_OfAGroupForPeople_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Group()));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter verdict --group {Id}")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe([$"GET /v1/dead-letters/groups/{Id}/verdict"]);
        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task Verdict_Json_IsTheContract()
    {
        await using var api = await FakeApi.Start(
            (request, _) => request.Path.Value!.Contains("groups") ? FakeApi.Json(Group()) : FakeApi.Json(Verdict()));

        Read<DeadLetterVerdict>(await Run(api, $"deadletter verdict {Id} --json")).Verdict.ShouldBe(Verdicts.Dangerous);
        Read<DeadLetterGroupVerdict>(await Run(api, $"deadletter verdict --group {Id} --json")).Letters.ShouldBe(500);
    }

    [Fact]
    public async Task Verdict_OfAGroupInParts_IsTheirSum()
    {
        var (first, second, third) = (Ulid.NewUlid(), Ulid.NewUlid(), Ulid.NewUlid());
        await using var api = await FakeApi.Start((request, _) => FakeApi.Json(request.Query["cursor"].ToString() switch
        {
            "" => Part(3, 3, "one", new VerdictSum(Verdicts.Safe, "b", 2, first), new VerdictSum(Verdicts.Stale, "c", 1, first)),
            "one" => Part(2, 1, "two", new VerdictSum(Verdicts.NoOp, "a", 2, second)),
            _ => Part(1, 0, null, new VerdictSum(Verdicts.Safe, "b", 1, third)),
        }));

        var sum = Read<DeadLetterGroupVerdict>(await Run(api, $"deadletter verdict --group {Id} --json"));

        (sum.GroupId, sum.Letters, sum.Left, sum.Through, sum.Next, sum.JudgedAt).ShouldBe((Id, 6, 0, Id, null, Now));
        sum.Verdicts.ShouldBe(
        [
            new VerdictSum(Verdicts.Safe, "b", 3, third), new VerdictSum(Verdicts.NoOp, "a", 2, second),
            new VerdictSum(Verdicts.Stale, "c", 1, first),
        ]);
        api.Requests.ShouldBe([Request(""), Request("?cursor=one"), Request("?cursor=two")]);

        static string Request(string query) => $"GET /v1/dead-letters/groups/{Id}/verdict{query}";

        static DeadLetterGroupVerdict Part(int letters, int left, string? next, params VerdictSum[] verdicts) =>
            Group() with { Letters = letters, Left = left, Next = next, Verdicts = verdicts };
    }

    [Fact]
    public async Task Verdict_OfWhatIsUnknown_IsRefused()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Problem(404, "No such.", "None."));
        var letter = api.Payctl();
        var group = api.Payctl();

        (await letter.Run($"deadletter verdict {Id}")).ShouldBe(ExitCodes.Refused);
        letter.Error.ShouldBe($"No dead letter {Id} is known.\n");
        (await group.Run($"deadletter verdict --group {Id}")).ShouldBe(ExitCodes.Refused);
        group.Error.ShouldBe($"No group {Id} of dead letters is known.\n");
    }

    [Theory]
    [InlineData("deadletter verdict")]
    [InlineData("deadletter verdict 01JDA5V9R0ZB3T6M8Q2X4Y7W1K --group 01JDA5V9R0ZB3T6M8Q2X4Y7W1K")]
    [InlineData("deadletter verdict 7")]
    [InlineData("deadletter verdict --group 7")]
    public async Task Verdict_OfNeitherOrBoth_IsWrongUsage(string command)
    {
        var payctl = new Payctl();

        (await payctl.Run(command)).ShouldBe(ExitCodes.WrongUsage);

        payctl.Error.ShouldMatch("Give either a letter|is no (letter|group)'s id");
    }

    [Fact]
    public async Task Show_ALetterWithReplays_SaysWhatBecameOfEach()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(DeadLetterCommandTests.Details() with
        {
            Replays =
            [
                Replay("published") with { OutcomeBecause = "No outcome can be known: it is not ours to see." },
                Replay("settled") with { Outcome = "failed_again", OutcomeBecause = "It came back.", SuccessorId = Id },
            ],
        }));

        var shown = await Run(api, $"deadletter show {Id}");

        shown.ShouldContain("No outcome can be known: it is not ours to see.");
        shown.ShouldContain($"failed_again: {Id}");
    }

    [Fact]
    public async Task Show_APaymentWithLetters_SaysWhatWasDoneWithThem()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Examples.After(4) with
        {
            Letters =
            [
                new PaymentLetter
                {
                    LetterId = Id,
                    Endpoint = "wallets",
                    MessageType = "Payments.Contracts:CreditWallets",
                    FailedAt = Now,
                    State = "resolved",
                    Outcome = "succeeded",
                    Action = "replay",
                    By = "ann",
                    At = Now.AddMinutes(5),
                    Why = "the wallet is mended",
                },
            ],
        }));

        var shown = await Run(api, $"payment show {Examples.PaymentId}");

        var row = shown.Split('\n').Single(l => l.Contains($"{Id}"));
        string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ShouldBe(
            $"{Id} 2026-01-31 13:00:00.000Z wallets Payments.Contracts:CreditWallets resolved succeeded replay ann "
            + "2026-01-31 13:05:00.000Z the wallet is mended");
    }

    private static async Task<string> Run(FakeApi api, string command)
    {
        var payctl = api.Payctl();
        (await payctl.Run(command)).ShouldBe(ExitCodes.Done, payctl.Error);
        return payctl.Out;
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, ContractJson.Options)!;

    private static DeadLetterVerdict Verdict() => new()
    {
        LetterId = Id,
        Verdict = Verdicts.Dangerous,
        Because = "It would credit sellers, and the saga does not wait for that.",
        Evidence =
        [
            new VerdictEvidence("inbox", "wallets has not settled it.", new Dictionary<string, JsonElement>()),
            new VerdictEvidence("saga", "The payment is Failed\u001b[2J.", new Dictionary<string, JsonElement>()),
        ],
        JudgedAt = Now,
    };

    private static DeadLetterGroupVerdict Group() => new()
    {
        GroupId = Id,
        Letters = 500,
        Left = 0,
        Through = Id,
        Verdicts =
        [
            new VerdictSum(Verdicts.Safe, "The saga waits for exactly this operation.", 499, Id),
            new VerdictSum(Verdicts.NoOp, "It was carried out: a replay would only bring the same answer again.", 1, Id),
        ],
        JudgedAt = Now,
    };

    private static DeadLetterReplay Replay(string state) => new()
    {
        ReplayId = Id,
        LetterId = Id,
        State = state,
        Destination = "toy",
        Verdict = Verdicts.Safe,
        VerdictBecause = "The saga waits for exactly this operation.",
        Forced = false,
        RequestedBy = "ann",
        Reason = "mended",
        RequestedAt = Now,
    };
}
