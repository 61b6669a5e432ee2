using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Payments.Contracts;

namespace Payments.Cli.Tests.Commands;

public sealed class DeadLetterReplayCommandTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.Parse("2026-01-31T13:00:00Z");
    private static readonly Ulid Letter = Ulid.Parse("01JDA5V9R0ZB3T6M8Q2X4Y7W1K");
    private static readonly Ulid Other = Ulid.Parse("01JDA5V9R0ZB3T6M8Q2X4Y7W1M");
    private static readonly Ulid ReplayId = Ulid.Parse("01JDA5V9R0ZB3T6M8Q2X4Y7W1N");

    [Fact]
    public async Task Replay_OfSeveral_SaysOfEachWhatBecomesOfIt()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(new DeadLetterReplayList
        {
            Letters =
            [
                new DeadLetterReplayAnswer { LetterId = Letter, Replay = Replay("claimed") },
                new DeadLetterReplayAnswer { LetterId = Other, Refusal = new DeadLetterRefusal("letter-not-open", "It is being replayed by bob.") },
            ],
        }));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter replay {Letter} {Other} --as ann --reason mended --to wallets-b --force")).ShouldBe(ExitCodes.Refused);

        api.Requests.ShouldBe(
        [
            $$"""POST /v1/dead-letters/replays {"letters":["{{Letter}}","{{Other}}"],"requestedBy":"ann","reason":"mended","destination":"wallets-b","force":true}""",
        ]);
        payctl.Out.ShouldBe($"letter {Letter} goes to wallets as replay {ReplayId} (safe: It was not applied.)\n");
        payctl.Error.ShouldBe($"letter {Other} is not replayed: It is being replayed by bob.\n");
    }

    [Theory]
    [InlineData("succeeded", ExitCodes.Done)]
    [InlineData("no_op", ExitCodes.Done)]
    [InlineData("superseded", ExitCodes.Refused)]
    [InlineData("failed_again", ExitCodes.Refused)]
    [InlineData("not_sent", ExitCodes.Refused)]
    public async Task ReplayWatch_ToTheOutcome_TellsItByTheExitCode(string outcome, int exitCode)
    {
        var states = new Queue<DeadLetterReplay>(
            [Replay("claimed"), Replay("published"), Replay("settled") with { Outcome = outcome, OutcomeBecause = "So says the inbox." }]);
        await using var api = await FakeApi.Start((request, _) => HttpMethods.IsPost(request.Method)
            ? FakeApi.Json(new DeadLetterReplayList { Letters = [new DeadLetterReplayAnswer { LetterId = Letter, Replay = states.Dequeue() }] })
            : FakeApi.Json(states.Dequeue()));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter replay {Letter} --as ann --reason mended --watch")).ShouldBe(exitCode);

        payctl.Out.Split('\n')[1..].ShouldBe([$"letter {Letter}: published", $"letter {Letter}: {outcome}: So says the inbox.", ""]);
    }

    [Fact]
    public async Task ReplayWatch_WhereNoOutcomeCanBeKnown_EndsAndSaysSo()
    {
        var asked = 0;
        await using var api = await FakeApi.Start((request, _) => HttpMethods.IsPost(request.Method)
            ? FakeApi.Json(new DeadLetterReplayList { Letters = [new DeadLetterReplayAnswer { LetterId = Letter, Replay = Replay("claimed") }] })
            // Away for a moment, as while it is started anew.
            : Interlocked.Increment(ref asked) == 1 ? FakeApi.Problem(503, "Not available now.", "")
            : FakeApi.Json(Replay("published") with { OutcomeBecause = "No outcome can be known." }));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter replay {Letter} --as ann --reason mended --watch")).ShouldBe(ExitCodes.Refused);

        payctl.Out.ShouldEndWith($"letter {Letter}: published: No outcome can be known.\n");
        payctl.Error.ShouldContain("Not available now.");
    }

    [Fact]
    public async Task Replay_Json_IsTheContractALine()
    {
        var answer = new DeadLetterReplayAnswer { LetterId = Letter, Replay = Replay("claimed") };
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(new DeadLetterReplayList { Letters = [answer] }));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter replay {Letter} --as ann --reason mended --json")).ShouldBe(ExitCodes.Done);

        payctl.Out.ShouldBe($"{JsonSerializer.Serialize(answer, ContractJson.Options)}\n");
    }

    [Fact]
    public async Task Replay_ThatAwaitsApproval_SaysHowToApprove()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(new DeadLetterReplayList
        {
            Letters = [new DeadLetterReplayAnswer { LetterId = Letter, Replay = Replay("awaiting_approval") with { Verdict = "dangerous", VerdictBecause = "It would pay twice." } }],
        }));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter replay {Letter} --as ann --reason mended --force")).ShouldBe(ExitCodes.Done);

        payctl.Out.ShouldBe($"letter {Letter} awaits approval: payctl deadletter approve {ReplayId} (dangerous: It would pay twice.)\n");
    }

    [Theory]
    [InlineData("approve", "claimed")]
    [InlineData("withdraw", "withdrawn")]
    public async Task ApproveAndWithdraw_SayWhatItIsNow(string action, string state)
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Replay(state)));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter {action} {ReplayId} --as bob --reason seen")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe([$$"""POST /v1/dead-letters/replays/{{ReplayId}}/{{action}} {"requestedBy":"bob","reason":"seen"}"""]);
        payctl.Error.ShouldBe($"Replay {ReplayId} of letter {Letter} is {state}.\n");
    }

    [Fact]
    public async Task Approve_BySamePerson_IsRefused()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Problem(
            StatusCodes.Status409Conflict, "That cannot be done now.", "ann has asked for it: somebody else must approve it."));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter approve {ReplayId} --as ann --reason seen")).ShouldBe(ExitCodes.Refused);

        payctl.Error.ShouldBe("That cannot be done now. ann has asked for it: somebody else must approve it.\n");
    }

    [Theory]
    [InlineData("deadletter replay --as ann --reason x")]
    [InlineData("deadletter replay 7 --as ann --reason x")]
    [InlineData("deadletter replay 01JDA5V9R0ZB3T6M8Q2X4Y7W1K --reason x")]
    [InlineData("deadletter approve 7 --as ann --reason x")]
    public async Task Commands_UsedWrongly_AreRefused(string commandLine) =>
        (await new Payctl().Run(commandLine)).ShouldBe(ExitCodes.WrongUsage);

    private static DeadLetterReplay Replay(string state) => new()
    {
        ReplayId = ReplayId,
        LetterId = Letter,
        State = state,
        Destination = "wallets",
        Verdict = "safe",
        VerdictBecause = "It was not applied.",
        Forced = false,
        RequestedBy = "ann",
        Reason = "mended",
        RequestedAt = At,
    };
}
